/** Calibration's known truth: CPU time spent on purpose. */
export interface Burner {
  /** Burns about the CPU time asked for, on the average over the calls. */
  burn(): void;
  /** What was burnt so far, in µs of this thread's CPU clock. */
  burntUs(): number;
}

/**
 * Reading a CPU clock lets the scheduler look whether another process is due, and that costs more than a small burn;
 * so the burning of as many calls is done, and timed, at one of them.
 */
const CALLS_A_LUMP = 32;
const CALIBRATION_ROUNDS = 20;
const STEPS_A_ROUND = 500_000;

/** How much of a difference between asked and burnt the next lumps make up for. */
const CORRECTION = 1 / 8;
/** A reading that says that much less was burnt than asked for was interrupted itself. */
const MOST_CORRECTED = 2;

/**
 * Burns `us` µs a call: as many steps as took this long when it was calibrated, corrected as it goes. One that burns 0
 * does all the rest, the readings too: what another burner costs beyond it is the burning alone.
 */
export function cpuBurner(us: number): Burner {
  const lumpUs = us * CALLS_A_LUMP;
  let steps = Math.round(lumpUs * stepsPerUs());
  let calls = 0;
  let totalUs = 0;
  return {
    burn() {
      if (++calls % CALLS_A_LUMP !== 0) return;
      // The first reading is slower than those that follow it; the next two tell what one costs.
      threadCpuUs();
      const before = threadCpuUs();
      const start = threadCpuUs();
      // The only call: V8 compiles a loop for each place that it is inlined in, one faster than the other.
      spin(steps);
      const spentUs = threadCpuUs() - start - (start - before);
      totalUs += spentUs;
      if (spentUs > 0) steps += Math.round((Math.min(lumpUs / spentUs, MOST_CORRECTED) - 1) * steps * CORRECTION);
    },
    burntUs: () => totalUs,
  };
}

let sink = 1;

/** Stays within the processor's registers, and in numbers that V8 neither allocates nor overflows: the service finds its caches as they were. */
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
 * This thread's CPU time in µs. Linux brings a thread's getrusage up to date at scheduler ticks
 * only, 1 to 4 ms apart; reading the whole process's first brings the calling thread's up to date too.
 * Before Node 23.9 there is only the process's.
 */
export function threadCpuUs(): number {
  const { user, system } = process.cpuUsage();
  if (typeof process.threadCpuUsage !== "function") return user + system;
  const thread = process.threadCpuUsage();
  return thread.user + thread.system;
}
