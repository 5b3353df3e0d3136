import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { siblingModule } from "../../base/sibling.ts";
import type { FromTarget, ToTarget } from "../protocol.ts";
import type { ToThread, FromThread } from "./control-thread.ts";

/** The target's end of the control socket. */
export interface Control {
  send(message: FromTarget): void;
  /** Sends the last message and resolves when the kernel has taken it. */
  sendLast(message: FromTarget): Promise<void>;
  /** From now on the socket keeps the process alive; before, only the service does. */
  hold(): void;
}

/**
 * Connects to the harness; rejects if it does not listen at `path`. `onClose` is called when the harness is gone.
 *
 * The socket has a thread, and so a V8, of its own. In the service's thread, a second kind of socket made V8 discard the
 * code compiled for the service's sockets just before the window: two equal small services then differed by 10 %.
 */
export async function connectControl(
  path: string,
  onMessage: (message: ToTarget) => void,
  onClose: () => void,
): Promise<Control> {
  // No preload and no options of the service. Without the cache, compiling the thread takes 0.1 s.
  const { NODE_COMPILE_CACHE } = process.env;
  const env = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
  const worker = new Worker(siblingModule(import.meta.url, "./control-thread"), {
    workerData: path,
    execArgv: [],
    env,
  });
  await once(worker, "message");
  let sentLast: () => void;
  const last = new Promise<void>((resolve) => (sentLast = resolve));
  worker.on("message", (message: FromThread) => {
    if (message.type === "line") onMessage(JSON.parse(message.line) as ToTarget);
    else if (message.type === "sent-last") sentLast();
    else onClose();
  });
  worker.on("error", (error) => {
    console.error(error);
    process.exit(1);
  });
  worker.unref();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  const post = (message: ToThread): void => worker.postMessage(message);
  const line = (message: FromTarget): string => JSON.stringify(message);
  return {
    send: (message) => post({ type: "line", line: line(message) }),
    sendLast(message) {
      worker.ref();
      post({ type: "last", line: line(message) });
      return last;
    },
    hold: () => worker.ref(),
  };
}
