/** Processes that listen on one port, each with a queue of its own, and accept late: threads stand for them. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { ASKED_FIRST } from "./autocannon.ts";

/** What one of them has seen. */
interface Seen {
  /** Connections in all. */
  readonly accepted: number;
  /** The fewest that it had accepted when it was loaded. */
  readonly loadedAt: number;
}

const LISTENER = `
  const { createServer } = require("node:http");
  const { parentPort, workerData: { port, lateMs, backlog, connections, first } } = require("node:worker_threads");
  let accepted = 0;
  let loadedAt = Infinity;
  const server = createServer((request, response) => {
    const id = Number(request.headers["x-request-id"]);
    if (id <= first || id > connections) loadedAt = Math.min(loadedAt, accepted);
    request.resume();
    response.end("{}");
  });
  server.on("connection", () => accepted++);
  server.listen({ host: "127.0.0.1", port, backlog, reusePort: true }, () => parentPort.postMessage(server.address().port));
  parentPort.on("message", (what) => {
    if (what === "be late") return void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lateMs);
    parentPort.postMessage({ accepted, loadedAt });
    server.close();
    server.closeAllConnections();
    parentPort.close();
  });
`;

/** One for each of `lateMs`; as the services of a job of so many connections. `stop` ends all of them. */
export async function startListeners(lateMs: readonly number[], connections: number, backlog = 511) {
  const workers: Worker[] = [];
  let port = 0;
  for (const ms of lateMs) {
    // each connection has the id of its first request before any is sent, and the last ones ask first
    const workerData = { port, lateMs: ms, backlog, connections, first: connections - ASKED_FIRST };
    const worker = new Worker(LISTENER, { eval: true, workerData });
    [port] = (await once(worker, "message")) as [number];
    workers.push(worker);
  }
  for (const worker of workers) send(worker, "be late");
  const stop = (): Promise<Seen[]> =>
    Promise.all(
      workers.map(async (worker) => {
        const seen = once(worker, "message");
        send(worker, "stop");
        const [[result]] = await Promise.all([seen, once(worker, "exit")]);
        return result as Seen;
      }),
    );
  return [{ origin: `http://127.0.0.1:${port}`, stop }];
}

function send(worker: Worker, what: "be late" | "stop"): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  worker.postMessage(what);
}
