import type { Clock } from "../base/clock.ts";

/** The time of the traces, in ms. It stands still until it is set, and never runs backwards. */
export class TraceClock implements Clock {
  private nowMs = 0;

  set(ms: number): void {
    if (ms > this.nowMs) this.nowMs = ms;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  epochMs(): number {
    return this.nowMs;
  }

  /** Nothing that samples waits; whoever does must not hold a replay up. */
  sleep(): Promise<void> {
    return Promise.resolve();
  }
}
