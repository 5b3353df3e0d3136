/** Entry of the load process: takes jobs over IPC, one at a time, and reports as they proceed. Ends when its parent does. */
import { UserError } from "../base/problem.ts";
import type { FromLoad, JobEvents, LoadJob, LoadResult, ToLoad } from "./job.ts";
import { runEngine } from "./engines/engine.ts";
import { assertLoopback } from "./loopback.ts";

/** The packages that a driver needs are loaded when a job runs. */
const DRIVERS: Readonly<Record<LoadJob["driver"], (job: LoadJob, events: JobEvents) => Promise<LoadResult[]>>> = {
  "open-loop": async (job, events) => (await import("./drivers/open-loop.ts")).runOpenLoop(job, events),
  autocannon: async (job, events) => (await import("./drivers/autocannon.ts")).runClosedLoop(job, events),
  vegeta: async (job, events) => runEngine(job, events, (await import("./engines/vegeta.ts")).startVegeta),
  locust: async (job, events) => runEngine(job, events, (await import("./engines/locust.ts")).startLocust),
};

const send = (message: FromLoad): void => {
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
  // what earlier jobs left, before the warm-up compiles anew what this throws away
  globalThis.gc?.();
  const results = await DRIVERS[job.driver](job, {
    warm: async () => {
      await new Promise<void>((resolve) => {
        open = resolve;
        send({ type: "warm" });
      });
      // none in the window, if it can be helped
      globalThis.gc?.({ type: "minor" });
    },
    windowOpen: () => send({ type: "window-open" }),
    windowClosed: () => send({ type: "window-closed" }),
  });
  return { type: "done", results };
}

/** The message alone for a user's mistake, the stack for a bug. */
function textOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
