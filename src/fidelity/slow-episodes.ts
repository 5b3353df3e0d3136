const SHARE = 0.99;
/** Slow requests that were due further apart belong to two episodes, µs. */
const GAP_US = 50_000;

/**
 * The episodes in which the slowest 1 % of a window's requests were due, as so many of equal size (Kish's effective
 * size): one stall that all of them met is 1. Undefined if nothing was answered.
 */
export function effectiveEpisodes({
  intendedUs,
  responseTimeUs,
}: {
  readonly intendedUs: Float64Array;
  readonly responseTimeUs: Float64Array;
}): number | undefined {
  const times = responseTimeUs.filter((us) => !Number.isNaN(us)).toSorted();
  if (times.length === 0) return undefined;
  const limit = times[Math.min(times.length - 1, Math.floor(SHARE * times.length))]!;
  const slow = intendedUs.filter((_, at) => responseTimeUs[at]! >= limit).toSorted();
  const sizes: number[] = [];
  slow.forEach((us, at) => {
    if (at === 0 || us - slow[at - 1]! > GAP_US) sizes.push(0);
    sizes[sizes.length - 1]!++;
  });
  return slow.length ** 2 / sizes.reduce((sum, size) => sum + size ** 2, 0);
}
