import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { siblingModule } from "../../base/sibling.ts";
import type { FromTarget, ToTarget } from "../protocol.ts";
import type { ToThread, FromThread, ControlThreadOptions } from "./control-thread.ts";

/** A measured process's end of the control socket. */
export interface Control {
  send(message: FromTarget): void;
  /** Sends the last message and resolves when the kernel has taken it. */
  sendLast(message: FromTarget): Promise<void>;
  /** From here on the socket keeps the process alive; before, only the service itself does. */
  hold(): void;
}

/**
 * The socket is in a thread of its own, with a V8 of its own. In the service's thread its traffic would teach V8 that
 * there are two kinds of sockets: what it compiled for the service's would be thrown away just before the window, and
 * compiled anew, otherwise in each process; twins of a small service then differ by 10 %.
 *
 * Rejects where nobody listens at `path`. `onClose` is called when the harness is gone.
 */
export async function connectControl(
  path: string,
  onMessage: (message: ToTarget) => void,
  onClose: () => void,
): Promise<Control> {
  const workerData: ControlThreadOptions = { path };
  // without the preload and the options of the service; compiling the thread anew would take 0.1 s
  const { NODE_COMPILE_CACHE } = process.env;
  const env = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
  const worker = new Worker(siblingModule(import.meta.url, "./control-thread"), { workerData, execArgv: [], env });
  await once(worker, "message");
  const last = Promise.withResolvers<void>();
  worker.on("message", (message: FromThread) => {
    if (message.type === "line") onMessage(JSON.parse(message.line) as ToTarget);
    else if (message.type === "sent-last") last.resolve();
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
      return last.promise;
    },
    hold: () => worker.ref(),
  };
}
