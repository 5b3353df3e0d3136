/** The closed loop: each connection has a request under way, and gets the next one when that has ended. */
import { UserError } from "../../base/problem.ts";
import { withinTime } from "../../base/clock.ts";
import type { JobEvents, LoadResult, LoadJob } from "../job.ts";
import { drain } from "./run-in.ts";
import { openLoad } from "./warm-load.ts";

/** So many connections ask once before all are loaded: those of each process that listens are among them. */
export const ASKED_FIRST = 32;
/** A worker that serves one connection until its request comes, as gunicorn's do, waits for one that is held: not for long. */
const HELD_MS = 1000;

/**
 * The connections are opened at once, and their requests held until the service has accepted all of them. Under load Node accepts
 * one connection in a turn of its loop, which takes as long as an answer to each of those it has: of 512, some hundred waited for
 * seconds. The kernel connects them whether the service accepts or not. So the last ones then ask once: a process accepts in the order
 * of opening, so it answers when it has accepted the others. What is not accepted within `heldMs` is loaded all the same.
 */
export async function runClosedLoop(job: LoadJob, events: JobEvents, heldMs = HELD_MS): Promise<LoadResult[]> {
  const { connections: count, durationMs, timeoutMs, warmupMs } = job;
  const nowMs = (): number => performance.now();
  const load = await openLoad(job, nowMs);
  const [part, ...others] = load.parts;
  try {
    if (part === undefined || others.length > 0)
      throw new Error(`the closed loop loads one target at a time; got ${load.parts.length}`);
    const { id: name, target, tally, connections } = part;
    if (connections.openError !== undefined) throw cannotOpen(job, connections.openError);
    let id = 0;
    let openMs = Infinity;
    const dealTo = (open: number, measured: boolean): void => {
      const dueMs = nowMs();
      while (target.open < open)
        target.deal({ type: "arrival", id: ++id, dueMs, slotMs: dueMs - openMs, target: 0, measured });
    };
    const keepBusy = async (untilMs: number, measured: boolean): Promise<void> => {
      while (nowMs() < untilMs) {
        dealTo(count, measured);
        await withinTime(load.nextEnd(), untilMs - nowMs());
      }
    };
    connections.rotate(count - ASKED_FIRST);
    dealTo(Math.min(count, ASKED_FIRST), false);
    await drain(load, Math.min(timeoutMs / 2, heldMs));
    openMs = nowMs() + warmupMs;
    await keepBusy(openMs, false);
    const bytesAtOpen = connections.bytesReceived;
    events.windowOpen();
    await keepBusy(openMs + durationMs, true);
    await load.drain();
    events.windowClosed();
    return [tally.close(name, durationMs, connections.bytesReceived - bytesAtOpen, openMs)];
  } finally {
    await load.stop();
  }
}

function cannotOpen({ connections, targets }: LoadJob, { message }: Error): UserError {
  return new UserError(
    `could not open ${connections} connections to ${targets[0]!.origin}: ${message || "connection refused"}; ` +
      "use fewer --connections, or raise the limit of open files (ulimit -n)",
  );
}
