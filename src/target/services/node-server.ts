import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { RunningTarget } from "./target-kind.ts";

/** Between requests of a load that pauses for its own reasons, no connection should be lost. */
export const KEEP_ALIVE_MS = 60_000;

/** Starts `server` on 127.0.0.1 and a free port. */
export async function listen(server: Server): Promise<RunningTarget> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
