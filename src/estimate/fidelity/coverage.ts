import type { Fidelity } from "../../record/fidelity.ts";
import { RARE_SHARE } from "../../fidelity/derive.ts";
import type { Share } from "./over-rounds.ts";

export type Counts = Readonly<Record<string, number>>;

/** Counts of distinct things (shapes, edges), as far as they are listed. */
export function unionOf(seen: readonly Fidelity["shapes"][]): Counts {
  const union: Record<string, number> = {};
  for (const { counts } of seen) {
    for (const [key, count] of Object.entries(counts)) union[key] = Math.max(union[key] ?? 0, count);
  }
  return union;
}

/**
 * How many of the distinct things in `universe` are among the kept; each counts once, however frequent it is.
 * With `thinning` f below 1, the expected number where each kept trace stays with probability f on its own:
 * the sum of 1 − (1 − f)^k over things kept k times. Undefined for an empty universe.
 */
export function coverageOf(kept: Counts, universe: Counts, thinning = 1): Share | undefined {
  const keys = Object.keys(universe);
  if (keys.length === 0) return undefined;
  const seen = keys.reduce((sum, key) => sum + 1 - (1 - thinning) ** (kept[key] ?? 0), 0);
  return { kept: seen, offered: keys.length };
}

/** Those that are under 5 % of all that is counted. */
export function rareOf(universe: Counts): Counts {
  const all = Object.values(universe).reduce((sum, count) => sum + count, 0);
  return Object.fromEntries(Object.entries(universe).filter(([, count]) => count < RARE_SHARE * all));
}

/** Probability to see at least one of `m` like requests, each kept with probability `recall` on its own: 1 − (1 − p)^m. */
export function chanceOfOne(recall: number, m: number): number {
  return 1 - (1 - recall) ** m;
}
