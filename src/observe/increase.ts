import type { Series } from "./prometheus.ts";

/** What counters of one replica have grown by between two scrapes. */
export interface Increase {
  readonly delta: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly scrapes: number;
  /** How often a counter began anew. */
  readonly resets: number;
}

/**
 * The growth of all series of a replica together; undefined without two scrapes. Nothing is extrapolated. `bornAtZero`: a
 * series that appears at a later scrape than the others counts from 0, as that of a status code which had not occurred.
 */
export function increaseOf(series: readonly Series[], scrapeMs: number, bornAtZero: boolean): Increase | undefined {
  let [firstMs, lastMs] = [Infinity, -Infinity];
  for (const { samples } of series) {
    firstMs = Math.min(firstMs, samples[0]?.[0] ?? Infinity);
    lastMs = Math.max(lastMs, samples.at(-1)?.[0] ?? -Infinity);
  }
  if (lastMs <= firstMs) return undefined;
  let [delta, resets, scrapes] = [0, 0, 0];
  for (const { samples } of series) {
    if (samples.length === 0) continue;
    const isBorn = bornAtZero && samples[0]![0] - firstMs >= scrapeMs / 2;
    let before = isBorn ? 0 : samples[0]![1];
    for (const [, now] of samples) {
      if (now < before) resets++;
      delta += now < before ? now : now - before;
      before = now;
    }
    scrapes = Math.max(scrapes, samples.length);
  }
  return { delta, firstMs, lastMs, scrapes, resets };
}

/** The growth a second between its scrapes. */
export function perSecond({ delta, firstMs, lastMs }: Increase): number {
  return (delta * 1000) / (lastMs - firstMs);
}
