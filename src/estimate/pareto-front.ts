/** What a variant costs and what it keeps. The first two are better when lower, the others when higher. */
export interface Criteria {
  /** CPU added to each request, µs. */
  readonly cpuUs: number;
  /** Spans stored for each request. */
  readonly storedSpans: number;
  /** Shares of the failed requests, of the slowest 1 % and of all traces that are kept whole. */
  readonly failedKept: number;
  readonly slowKept: number;
  readonly tracesKept: number;
}

/** Higher is better. */
export function scoresOf({ cpuUs, storedSpans, failedKept, slowKept, tracesKept }: Criteria): readonly number[] {
  return [-cpuUs, -storedSpans, failedKept, slowKept, tracesKept];
}

/** The items on the Pareto front: no other is at least as good on every score and better on one; higher is better. */
export function paretoFront<T>(items: readonly T[], scores: (item: T) => readonly number[]): ReadonlySet<T> {
  const scored = items.map((item) => ({ item, scores: scores(item) }));
  const front = scored.filter((one) => !scored.some((other) => dominates(other.scores, one.scores)));
  return new Set(front.map(({ item }) => item));
}

function dominates(one: readonly number[], other: readonly number[]): boolean {
  return one.every((score, at) => score >= other[at]!) && one.some((score, at) => score > other[at]!);
}
