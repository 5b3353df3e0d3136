/** Where code gets the time from, so that tests can give it theirs. */
export interface Clock {
  /** Monotonic time in milliseconds, with fractions. */
  monotonicMs(): number;
  /** Wall-clock time in milliseconds since 1970. */
  epochMs(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
