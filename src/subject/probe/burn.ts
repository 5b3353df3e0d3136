import { crc32 } from "node:zlib";

/** Calibration's known truth: CPU time spent on purpose. */
export interface Burner {
  /** Burns about the CPU time asked for. */
  burn(): void;
  /** What was burnt so far, in µs of this thread's CPU clock. */
  burntUs(): number;
}

/**
 * Reading a CPU clock lets the scheduler look whether another process is due, and that costs more
 * than the burning; so one burn in 64 is timed, and the others are taken to have cost the same on average.
 */
const TIMED_ONE_IN = 64;
const CALIBRATION_ROUNDS = 20;
const BLOCKS_A_ROUND = 1000;

/** Small enough to leave most of the processor's nearest cache to the service. */
const block = Buffer.alloc(4096, "burn");

/** Burns `us` µs at a time: as many blocks as took this long when it was calibrated, here and now. */
export function cpuBurner(us: number): Burner {
  const blocks = Math.max(1, Math.round(us * blocksPerUs()));
  let burns = 0;
  let timed = 0;
  let timedUs = 0;
  return {
    burn() {
      if (burns++ % TIMED_ONE_IN !== 0) return spend(blocks);
      // The first reading is slower than those that follow it; the next two tell what one costs.
      threadCpuUs();
      const before = threadCpuUs();
      const start = threadCpuUs();
      spend(blocks);
      timedUs += Math.max(0, threadCpuUs() - start - (start - before));
      timed++;
    },
    burntUs: () => (timed === 0 ? 0 : (timedUs / timed) * burns),
  };
}

/** Native code: how well V8 has compiled this function so far makes no difference. */
function spend(blocks: number): void {
  for (let done = 0; done < blocks; done++) crc32(block);
}

/** The best of some rounds. */
function blocksPerUs(): number {
  const roundsUs = Array.from({ length: CALIBRATION_ROUNDS }, () => {
    const start = threadCpuUs();
    spend(BLOCKS_A_ROUND);
    return threadCpuUs() - start;
  });
  return BLOCKS_A_ROUND / Math.max(1, Math.min(...roundsUs));
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
