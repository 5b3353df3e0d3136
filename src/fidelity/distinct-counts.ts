/** Counts by key, with a bound on memory. Which keys are left out does not depend on the order in which they came. */
export interface DistinctCounts {
  readonly counts: Map<string, number>;
  /** Counts of the keys that were left out. */
  omitted: number;
}

export function noCounts(): DistinctCounts {
  return { counts: new Map(), omitted: 0 };
}

/** Counts `key`. From a quarter above `most` keys on, leaves out all but the first `most` in order of text. */
export function countKey(to: DistinctCounts, key: string, most: number): void {
  to.counts.set(key, (to.counts.get(key) ?? 0) + 1);
  if (to.counts.size > most * 1.25) leaveOut(to, most);
}

/** The first `most` keys in order of text. A key among them was never left out before: fewer than `most` stand before it. */
export function firstKeys({ counts, omitted }: DistinctCounts, most: number): DistinctCounts {
  const first = { counts: new Map(counts), omitted };
  leaveOut(first, most);
  return first;
}

function leaveOut(from: DistinctCounts, most: number): void {
  if (from.counts.size <= most) return;
  for (const key of [...from.counts.keys()].toSorted().slice(most)) {
    from.omitted += from.counts.get(key)!;
    from.counts.delete(key);
  }
}
