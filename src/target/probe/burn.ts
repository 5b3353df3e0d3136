/** CPU time spent on purpose: calibration's known truth. */
export interface Burner {
  /** Burns the CPU time asked for, on average over the calls. */
  burn(): void;
  /** Burnt so far, in µs of this thread's CPU clock. */
  burntUs(): number;
}

/** Reading a CPU clock costs more than a small burn (the scheduler runs), so one call burns and times for so many. */
const CALLS_A_LUMP = 32;
const CALIBRATION_ROUNDS = 20;
const STEPS_A_ROUND = 500_000;

/** Share of the difference between asked and burnt that the next lump corrects. */
const CORRECTION = 1 / 8;
/** Larger corrections come from readings that were interrupted. */
const MOST_CORRECTED = 2;

/**
 * Burns `us` µs a call: as many steps as took this long in calibration, corrected after each lump. With 0 it does all but
 * the burning, the readings too.
 */
export function cpuBurner(us: number): Burner {
  const lumpUs = us * CALLS_A_LUMP;
  let steps = Math.round(lumpUs * stepsPerUs());
  let calls = 0;
  let totalUs = 0;
  return {
    burn() {
      if (++calls % CALLS_A_LUMP !== 0) return;
      // The first reading is slower than the others; the next two show what one costs.
      threadCpuUs();
      const before = threadCpuUs();
      const start = threadCpuUs();
      // The only call: V8 would compile a loop anew, and not equally fast, for each place it is inlined in.
      spin(steps);
      const spentUs = threadCpuUs() - start - (start - before);
      totalUs += spentUs;
      if (spentUs > 0) steps += Math.round((Math.min(lumpUs / spentUs, MOST_CORRECTED) - 1) * steps * CORRECTION);
    },
    burntUs: () => totalUs,
  };
}

let sink = 1;

/** Stays in registers and in small integers, so that the service's caches stay as they were. */
function spin(steps: number): void {
  let mixed = sink;
  for (let step = 0; step < steps; step++) mixed = (mixed * 5 + step) & 0xffff;
  sink = mixed;
}

/** The best of some rounds. */
function stepsPerUs(): number {
  for (let round = 0; round < CALIBRATION_ROUNDS; round++) spin(STEPS_A_ROUND / 10);
  const roundsUs = Array.from({ length: CALIBRATION_ROUNDS }, () => {
    const start = threadCpuUs();
    spin(STEPS_A_ROUND);
    return threadCpuUs() - start;
  });
  return STEPS_A_ROUND / Math.max(1, Math.min(...roundsUs));
}

/**
 * This thread's CPU time in µs; before Node 23.9 the process's. Linux updates a thread's getrusage at scheduler ticks only,
 * 1 to 4 ms apart; reading the process's first updates it too.
 */
export function threadCpuUs(): number {
  const { user, system } = process.cpuUsage();
  if (typeof process.threadCpuUsage !== "function") return user + system;
  const thread = process.threadCpuUsage();
  return thread.user + thread.system;
}
