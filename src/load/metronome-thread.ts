/** The metronome's thread: follows the schedule by itself, so that nobody need tell it the next moment. */
import { parentPort, workerData } from "node:worker_threads";
import { BEATS, hrtimeMs, RUNNING, STATE, WAITING, type MetronomeOptions } from "./metronome.ts";
import { schedule } from "./schedule.ts";

/** Steps nearer than this share a beat: bounds the cost of high rates. */
const LEAST_GAP_MS = 0.2;
/** Clocks of two threads may differ by their last digit; a beat that comes too early would be waited for again. */
const MARGIN_MS = 0.005;

const { plan, shared } = workerData as MetronomeOptions;
const words = new Int32Array(shared, 0, 2);
const zero = new Float64Array(shared, 8, 1);

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
parentPort!.postMessage("ready");
Atomics.wait(words, STATE, WAITING);
beatAlong();

function beatAlong(): void {
  const startMs = zero[0]!;
  let lastBeatMs = -Infinity;
  for (const { dueMs } of schedule(plan)) {
    const beatMs = startMs + dueMs + MARGIN_MS;
    if (beatMs <= lastBeatMs) continue;
    const earliestMs = Math.max(beatMs, lastBeatMs + LEAST_GAP_MS);
    for (let leftMs = earliestMs - hrtimeMs(); leftMs > 0; leftMs = earliestMs - hrtimeMs()) {
      if (Atomics.wait(words, STATE, RUNNING, leftMs) !== "timed-out") return;
    }
    lastBeatMs = hrtimeMs();
    Atomics.add(words, BEATS, 1);
    Atomics.notify(words, BEATS);
  }
}
