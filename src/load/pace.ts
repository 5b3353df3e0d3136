import type { Step } from "./schedule.ts";

/** Wakes whoever waits for the next moment of a schedule. */
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
