/** Entry of the load process: takes jobs over IPC, one at a time, and reports as they proceed. Ends when its parent does. */
import { UserError } from "../base/problem.ts";
import { drivers } from "./drivers/index.ts";
import type { FromLoad, LoadJob, ToLoad } from "./job.ts";
import { assertLoopback } from "./loopback.ts";

const send = (message: FromLoad): void => {
  // A parent that has gone need not be told; its going ends this process.
  if (process.connected) process.send!(message, () => undefined);
};

let busy = false;
let open = (): void => undefined;

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToLoad) => {
  if (message.type === "open") return open();
  if (busy) return send({ type: "failed", message: "the load process is busy with another job" });
  busy = true;
  run(message.job)
    .then(send, (error: unknown) => send({ type: "failed", message: textOf(error) }))
    .finally(() => (busy = false));
});
send({ type: "ready" });

async function run(job: LoadJob): Promise<FromLoad> {
  assertLoopback(job);
  const { kind } = drivers.parse(job.driver);
  const lanes = await kind.run(job, {
    warming: () => send({ type: "warming" }),
    warm: () =>
      new Promise((resolve) => {
        open = resolve;
        send({ type: "warm" });
      }),
    windowOpen: () => send({ type: "window-open", atEpochMs: Date.now() }),
    windowClosed: () => send({ type: "window-closed", atEpochMs: Date.now() }),
  });
  return { type: "done", lanes };
}

/** A mistake tells itself in a line; a bug shows where it happened. */
function textOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
