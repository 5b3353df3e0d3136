/** The thread that holds the control socket. */
import { once } from "node:events";
import { createConnection } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

export interface ControlThreadOptions {
  /** Of the Unix socket. */
  readonly path: string;
}

export type ToThread = { readonly type: "line" | "last"; readonly line: string };
export type FromThread =
  | { readonly type: "connected" | "sent-last" | "closed" }
  | { readonly type: "line"; readonly line: string };

const port = parentPort!;
const { path } = workerData as ControlThreadOptions;
const socket = createConnection(path);
await once(socket, "connect");
socket.setEncoding("utf8");
let partial = "";
socket.on("data", (chunk: string) => {
  const lines = (partial + chunk).split("\n");
  partial = lines.pop()!;
  for (const line of lines) post({ type: "line", line });
});
// Every error is followed by "close".
socket.on("error", () => {});
socket.on("close", () => post({ type: "closed" }));
port.on("message", ({ type, line }: ToThread) => {
  if (type === "line") socket.write(`${line}\n`);
  else socket.end(`${line}\n`, () => post({ type: "sent-last" }));
});
post({ type: "connected" });

function post(message: FromThread): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  port.postMessage(message);
}
