/**
 * Latencies are counted in logarithmic buckets, 256 to a doubling, so that memory does not grow with the traffic.
 * A latency and the middle of its bucket differ by at most 0.14 %; truth and estimate go through the same buckets.
 */
const PER_DOUBLING = 256;

/** Latencies of a microsecond and below share the first bucket. */
export function bucketOf(latencyUs: number): number {
  return latencyUs > 1 ? Math.round(PER_DOUBLING * Math.log2(latencyUs)) : 0;
}

export function bucketMs(bucket: number): number {
  return 2 ** (bucket / PER_DOUBLING) / 1000;
}

export function add(weights: Map<number, number>, bucket: number, weight: number): void {
  weights.set(bucket, (weights.get(bucket) ?? 0) + weight);
}

/** Buckets in order of latency. */
export function sorted(weights: ReadonlyMap<number, number>): [bucket: number, weight: number][] {
  return [...weights].toSorted(([a], [b]) => a - b);
}

/** The smallest bucket at or below which a share of at least `share` of the weight lies (inverse of the distribution function). */
export function quantile(ordered: Ordered, share: number): number | undefined {
  const sum = ordered.reduce((all, [, weight]) => all + weight, 0);
  return bucketAt(ordered, share * sum) ?? ordered.at(-1)?.[0];
}

/** The bucket at which the slowest 1 % of `count` observations begins; with fewer than 100, the slowest one's. */
export function tailStart(ordered: Ordered, count: number): number {
  return bucketAt(ordered, Math.floor(0.99 * count) + 1) ?? Infinity;
}

type Ordered = readonly (readonly [bucket: number, weight: number])[];

/** The first bucket with so much weight at or below it. */
function bucketAt(ordered: Ordered, rank: number): number | undefined {
  let below = 0;
  return ordered.find(([, weight]) => (below += weight) >= rank)?.[0];
}
