/** The thread that holds the control socket. */
import { once } from "node:events";
import { rmdirSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { ToTarget } from "../protocol.ts";
import type { Profiler } from "./inspector.ts";

export type ToThread = { readonly type: "line" | "last"; readonly line: string };
export type FromThread =
  | { readonly type: "connected" | "sent-last" | "closed" }
  | { readonly type: "line"; readonly line: string };

const port = parentPort!;
/** Of the Unix socket. */
const path = workerData as string;
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
    if (isForInspector(message)) void inspect(message);
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

type Inspection = Extract<ToTarget, { type: "profile" | "profiled" | "scripts" }>;

function isForInspector(message: ToTarget): message is Inspection {
  return ["profile", "profiled", "scripts"].includes(message.type);
}

/** Through V8's inspector, which is loaded only if it is asked for. */
async function inspect(message: Inspection): Promise<void> {
  const { Profiler, countScripts } = await import("./inspector.ts");
  const answer = (fields: object): boolean => socket.write(`${JSON.stringify({ id: message.id, ...fields })}\n`);
  if (message.type === "scripts") return void answer({ type: "loaded", scripts: await countScripts() });
  if (message.type === "profile") {
    profiler = new Profiler();
    await profiler.start(message.intervalUs);
  } else await profiler!.stop(message.file);
  answer({ type: "ok" });
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
