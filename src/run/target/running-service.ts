import { connect } from "node:net";
import { once } from "node:events";
import { formatDuration } from "../../base/units.ts";
import { isLoopback } from "../../load/loopback.ts";
import { ControlFailure } from "./control-failure.ts";
import { ANSWER_WITHIN_MS, firstAnswer } from "./first-answer.ts";
import { hostAndPort } from "../processes/ports.ts";
import { listenersByAddress, namesOf } from "../processes/listeners.ts";
import type { StartedCommand } from "./own-service.ts";
import type { TargetSetting } from "./target-setting.ts";

/** Programs that pass requests on, or hold the socket of another one. */
const FORWARDER =
  /^(?:caddy|com\.docker\.\S+|docker-proxy|envoy|gvproxy|haproxy|kubectl|limactl|nginx|pasta\S*|rootlessport|slirp4netns|socat|sshd?\S*|systemd|traefik|varnishd)$/;

/** A service that runs already, asked one request. Throws a `ControlFailure` if it does not answer. */
export async function findRunning(
  origin: string,
  { firstRequest, signal }: Pick<TargetSetting, "firstRequest" | "signal">,
  withinMs = ANSWER_WITHIN_MS,
): Promise<StartedCommand> {
  let probedAtMs = 0;
  try {
    await checkAccepting(origin, signal, withinMs);
    probedAtMs = Date.now();
    if (firstRequest !== undefined) await firstAnswer(origin, firstRequest, withinMs, signal);
  } catch (error) {
    throw signal.aborted ? new Error("interrupted") : error;
  }
  const probes = firstRequest === undefined ? 0 : 1;
  return { origin, daemons: [], probes, probedAtMs, ...findListeners(origin) };
}

async function checkAccepting(origin: string, signal: AbortSignal, withinMs: number): Promise<void> {
  const late = AbortSignal.timeout(withinMs);
  const socket = connect(hostAndPort(origin));
  try {
    await once(socket, "connect", { signal: AbortSignal.any([signal, late]) });
  } catch (error) {
    const reason = late.aborted ? `none within ${formatDuration(withinMs)}` : (error as Error).message;
    throw new ControlFailure(`${origin} accepts no connection: ${reason}; start the service first`);
  } finally {
    socket.destroy();
  }
}

/** Of several addresses it is not known which one answers, and a forwarder's CPU is not the service's. */
function findListeners(origin: string): Pick<StartedCommand, "listeners" | "doubt"> {
  const { port } = hostAndPort(origin);
  const byAddress = isLoopback(new URL(origin).hostname) ? [...listenersByAddress(port).values()] : [];
  const listeners = [...new Set(byAddress.flat())];
  if (listeners.length === 0) return { listeners, doubt: "no process that listens there can be read on this machine" };
  if (byAddress.some((own) => own.join() !== listeners.join()))
    return { listeners: [], doubt: `different processes listen at port ${port} of several addresses` };
  const forwarder = listeners.find((pid) => namesOf(pid).some((name) => FORWARDER.test(name)));
  if (forwarder === undefined) return { listeners };
  const names = [...new Set(namesOf(forwarder))].join(", ");
  return { listeners: [], doubt: `${names} (process ${forwarder}) listens there, which serves for another process` };
}
