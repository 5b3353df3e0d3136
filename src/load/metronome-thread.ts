/** The metronome's thread: follows the schedule by itself, without messages. */
import { parentPort, workerData } from "node:worker_threads";
import { BEATS, hrtimeMs, RUNNING, STATE, WAITING, type MetronomeOptions } from "./metronome.ts";
import { schedule } from "./schedule.ts";

/** Steps nearer than this share a beat: bounds the cost of high rates. */
const LEAST_GAP_MS = 0.2;
/** Clocks of two threads may differ in their last digits; a beat that comes too early would be in vain. */
const MARGIN_MS = 0.005;
/** Between beats after the last step, until it is stopped. */
const AFTERBEAT_MS = 1;

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
    if (!sleepUntil(Math.max(beatMs, lastBeatMs + LEAST_GAP_MS))) return;
    lastBeatMs = hrtimeMs();
    beat();
  }
  while (sleepUntil(hrtimeMs() + AFTERBEAT_MS)) beat();
}

function beat(): void {
  Atomics.add(words, BEATS, 1);
  Atomics.notify(words, BEATS);
}

/** False if the metronome was stopped. */
function sleepUntil(wakeMs: number): boolean {
  for (let leftMs = wakeMs - hrtimeMs(); leftMs > 0; leftMs = wakeMs - hrtimeMs()) {
    if (Atomics.wait(words, STATE, RUNNING, leftMs) !== "timed-out") return false;
  }
  return true;
}
