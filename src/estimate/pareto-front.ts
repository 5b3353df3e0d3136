/** The items on the Pareto front: no other is at least as good on every score, where higher is better, and better on one. */
export function paretoFront<T>(items: readonly T[], scores: (item: T) => readonly number[]): ReadonlySet<T> {
  const scored = items.map((item) => ({ item, scores: scores(item) }));
  const front = scored.filter((one) => !scored.some((other) => dominates(other.scores, one.scores)));
  return new Set(front.map(({ item }) => item));
}

function dominates(one: readonly number[], other: readonly number[]): boolean {
  return one.every((score, at) => score >= other[at]!) && one.some((score, at) => score > other[at]!);
}
