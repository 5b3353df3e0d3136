/**
 * A metronome in a thread of its own: it sleeps in `Atomics.wait` until a step is due, which the kernel keeps
 * to some 0.1 ms at next to no CPU, and wakes this thread through `Atomics.waitAsync`. Timers of the event
 * loop are ten times coarser; spinning costs a core.
 */
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { siblingModule } from "../base/sibling.ts";
import type { SchedulePlan, Step } from "./schedule.ts";

/** Wakes the driver at the moments of a schedule. */
export interface Metronome {
  /** Sets the schedule going; returns its zero on the `monotonicMs` clock. */
  start(): number;
  /** Resolves when another step may be due; it may be too early, never for ever late. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Takes every step when it is due. Late steps are taken at once, one after another, each with the time it was
 * meant for: nothing is dropped and nothing is moved. `nowMs` counts from the schedule's zero.
 */
export async function keepPace(
  steps: Iterable<Step>,
  nowMs: () => number,
  tick: () => Promise<void>,
  take: (step: Step) => void,
): Promise<void> {
  for (const step of steps) {
    while (nowMs() < step.dueMs) await tick();
    take(step);
  }
}

/** Shared words: how many beats there were, and whether the thread is to wait, beat or stop. */
export const BEATS = 0;
export const STATE = 1;
export const WAITING = 0;
export const RUNNING = 1;
const STOPPED = 2;

export interface MetronomeOptions {
  readonly plan: SchedulePlan;
  /** Int32 words BEATS and STATE, then the zero of the schedule as Float64 ms of `process.hrtime`. */
  readonly shared: SharedArrayBuffer;
}

/** What a start takes to reach the other thread. */
const HEAD_START_MS = 5;

export async function threadMetronome(plan: SchedulePlan): Promise<Metronome> {
  const shared = new SharedArrayBuffer(16);
  const words = new Int32Array(shared, 0, 2);
  const zero = new Float64Array(shared, 8, 1);
  const workerData: MetronomeOptions = { plan, shared };
  const worker = new Worker(siblingModule(import.meta.url, "./metronome-thread"), { workerData });
  await once(worker, "message");
  let seen = 0;
  let failure: unknown;
  worker.once("error", (error) => {
    failure = error;
    Atomics.add(words, BEATS, 1);
    Atomics.notify(words, BEATS);
  });
  return {
    start() {
      const [hereMs, thereMs] = sameMoment();
      zero[0] = thereMs + HEAD_START_MS;
      Atomics.store(words, STATE, RUNNING);
      Atomics.notify(words, STATE);
      return hereMs + HEAD_START_MS;
    },
    async tick() {
      const beat = Atomics.waitAsync(words, BEATS, seen);
      // A beat that came in the meantime must not keep the event loop from its sockets.
      await (beat.async ? beat.value : setImmediate());
      if (failure !== undefined) throw failure;
      seen = Atomics.load(words, BEATS);
    },
    async stop() {
      Atomics.store(words, STATE, STOPPED);
      Atomics.notify(words, STATE);
      await worker.terminate();
    },
  };
}

/**
 * One moment on this thread's clock and on that of all threads. The second is read later, so that beats come
 * late rather than early, and again if something came between the two.
 */
function sameMoment(): readonly [hereMs: number, thereMs: number] {
  for (let tries = 1; ; tries++) {
    const [hereMs, thereMs] = [performance.now(), hrtimeMs()];
    if (performance.now() - hereMs < 0.02 || tries === 100) return [hereMs, thereMs];
  }
}

/** The clock that all threads share. */
export function hrtimeMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
