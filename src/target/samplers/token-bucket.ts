import type { Clock } from "../../base/clock.ts";

/** A token bucket, full at first: in any t seconds it gives at most `ratePerSecond · t + burst` tokens. */
export class TokenBucket {
  private readonly ratePerSecond: number;
  private readonly burst: number;
  private readonly clock: Clock;
  private tokens: number;
  private filledAtMs: number;

  constructor(ratePerSecond: number, burst: number, clock: Clock) {
    this.ratePerSecond = ratePerSecond;
    this.burst = burst;
    this.clock = clock;
    this.tokens = burst;
    this.filledAtMs = clock.monotonicMs();
  }

  /** Takes a token if there is one. */
  take(): boolean {
    const nowMs = this.clock.monotonicMs();
    // Recorded traces may be slightly out of order.
    if (nowMs > this.filledAtMs) {
      this.tokens = Math.min(this.burst, this.tokens + ((nowMs - this.filledAtMs) * this.ratePerSecond) / 1000);
      this.filledAtMs = nowMs;
    }
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}

/** The default burst: a second's worth, at least one. */
export function usualBurst(ratePerSecond: number): number {
  return Math.max(1, Math.ceil(ratePerSecond));
}
