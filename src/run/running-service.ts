import { connect } from "node:net";
import { once } from "node:events";
import { isLoopback } from "../load/loopback.ts";
import { ControlFailure } from "./processes/control-failure.ts";
import { firstAnswer } from "./processes/first-answer.ts";
import { listenersOn } from "./processes/listeners.ts";
import type { StartedCommand } from "./processes/own-service.ts";
import type { TargetSetting } from "./processes/target-setting.ts";

const USUAL_PORT = 80;

/** A service that runs already, asked one request. Throws a `ControlFailure` if it cannot be measured. */
export async function findRunning(origin: string, { firstRequest }: TargetSetting): Promise<StartedCommand> {
  const { hostname, port: written } = new URL(origin);
  const [host, port] = [hostname.replaceAll(/[[\]]/g, ""), Number(written || USUAL_PORT)];
  const socket = connect({ host, port });
  await once(socket, "connect").catch((error: Error) => {
    throw new ControlFailure(`${origin} accepts no connection: ${error.message}; start the service first`);
  });
  socket.destroy();
  const probedAtMs = Date.now();
  if (firstRequest !== undefined) await firstAnswer(host, port, firstRequest);
  const listeners = isLoopback(hostname) ? listenersOn(port) : [];
  return { origin, listeners, daemons: [], probes: firstRequest === undefined ? 0 : 1, probedAtMs };
}
