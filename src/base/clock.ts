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

/** When something began, by the wall clock; and by one that no step of the system's clock changes. */
export interface Moment {
  readonly date: Date;
  readonly monotonicMs: number;
}

export const thisMoment = (): Moment => ({ date: new Date(), monotonicMs: performance.now() });

/** Waits for `done`, at most `ms`. Whether it was in time. */
export async function withinTime(done: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, ms));
  });
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
