/** Calibration's known truth: CPU time spent on purpose, told as it was spent. */
export type Burn = () => number;

const PROBING_CALLS = 500;

/** Makes a function that burns about `us` µs of this thread's CPU and returns the µs that it burnt. */
export function cpuBurner(us: number): Burn {
  const readingUs = costOfReadingUs();
  return () => {
    const start = threadCpuUs();
    let burnt = readingUs;
    while (burnt < us) {
      spinMs((us - burnt) / 1000);
      burnt = threadCpuUs() - start + readingUs;
    }
    return burnt;
  };
}

/**
 * This thread's CPU time in µs. Linux brings a thread's getrusage up to date at scheduler ticks
 * only, 1 to 4 ms apart; reading the whole process's first brings the calling thread's up to date too.
 * Before Node 23.9 there is only the process's.
 */
function threadCpuUs(): number {
  const { user, system } = process.cpuUsage();
  if (typeof process.threadCpuUsage !== "function") return user + system;
  const thread = process.threadCpuUsage();
  return thread.user + thread.system;
}

/** What two successive readings do not see of themselves, in µs. */
function costOfReadingUs(): number {
  const start = threadCpuUs();
  for (let call = 0; call < PROBING_CALLS; call++) threadCpuUs();
  return (threadCpuUs() - start) / PROBING_CALLS;
}

function spinMs(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
