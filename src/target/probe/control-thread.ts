/** The thread that holds the control socket. */
import { once } from "node:events";
import { rmdirSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { ToTarget } from "../protocol.ts";
import type { Profiler } from "./profiler.ts";

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
try {
  await once(socket, "connect");
} catch (error) {
  removeSocket();
  throw error;
}
socket.setEncoding("utf8");
let profiler: Profiler | undefined;
let partial = "";
socket.on("data", (chunk: string) => {
  const lines = (partial + chunk).split("\n");
  partial = lines.pop()!;
  for (const line of lines) {
    const message = JSON.parse(line) as ToTarget;
    if (message.type === "profile" || message.type === "profiled") void profile(message);
    else post({ type: "line", line });
  }
});
// Every error is followed by "close".
socket.on("error", () => {});
let isLast = false;
socket.on("close", () => {
  if (!isLast) removeSocket();
  post({ type: "closed" });
});
port.on("message", ({ type, line }: ToThread) => {
  if (type === "line") socket.write(`${line}\n`);
  else {
    isLast = true;
    socket.end(`${line}\n`, () => post({ type: "sent-last" }));
  }
});
post({ type: "connected" });

async function profile(message: Extract<ToTarget, { type: "profile" | "profiled" }>): Promise<void> {
  if (message.type === "profile") {
    // loaded only where it is asked for
    const { Profiler } = await import("./profiler.ts");
    profiler = new Profiler();
    await profiler.start(message.intervalUs);
  } else await profiler!.stop(message.file);
  socket.write(`${JSON.stringify({ id: message.id, type: "ok" })}\n`);
}

function post(message: FromThread): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  port.postMessage(message);
}

/** A harness that was killed has left it, and its folder. */
function removeSocket(): void {
  try {
    rmSync(path, { force: true });
    rmdirSync(dirname(path));
  } catch {
    // another process of the service was faster
  }
}
