/** Calibration's known truth: CPU time spent on purpose. */
export interface Burner {
  /** Burns about the CPU time asked for. */
  burn(): void;
  /** What was burnt so far, in µs of this thread's CPU clock. */
  burntUs(): number;
}

/**
 * Reading a CPU clock lets the scheduler look whether another process is due, and that costs more
 * than the burning; so one burn in 64 is timed, and stands for the 63 that follow it.
 */
const TIMED_ONE_IN = 64;
/** Until there are enough timings for a median: the first burns of a service may run before V8 has compiled them again. */
const AT_FIRST_ONE_IN = 8;
const CALIBRATION_ROUNDS = 20;
const STEPS_A_ROUND = 500_000;

/** Of so many timings the median counts: an interruption of one of them is none of the burning. */
const TIMINGS = 7;
/** How much of a difference between asked and burnt the next burns make up for. */
const CORRECTION = 1 / 8;

/** Burns `us` µs at a time: as many steps as took this long when it was calibrated, corrected as it goes. */
export function cpuBurner(us: number): Burner {
  let steps = Math.max(1, Math.round(us * stepsPerUs()));
  let burns = 0;
  let usPerStep = 0;
  const timings: number[] = [];
  let totalUs = 0;
  return {
    burn() {
      const timing = burns++ % (timings.length < TIMINGS ? AT_FIRST_ONE_IN : TIMED_ONE_IN) === 0;
      // The first reading is slower than those that follow it; the next two tell what one costs.
      const before = timing ? (threadCpuUs(), threadCpuUs()) : 0;
      const start = timing ? threadCpuUs() : 0;
      // The only call: V8 compiles a loop for each place that it is inlined in, one faster than the other.
      spin(steps);
      if (timing) {
        timings.push(Math.max(0, threadCpuUs() - start - (start - before)) / steps);
        if (timings.length > TIMINGS) timings.shift();
        usPerStep = median(timings);
      }
      totalUs += steps * usPerStep;
      if (timing && usPerStep > 0) steps += Math.round((us / usPerStep - steps) * CORRECTION);
    },
    burntUs: () => totalUs,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
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
