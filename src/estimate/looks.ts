import { MIN_ROUNDS } from "./verdict.ts";

/** What of a scenario the looks are planned from. */
export interface PrecisionWish {
  readonly rounds: number;
  readonly maxRounds: number;
  /** Half-width wanted, as a share of the ratio: 0.01 for ±1 %. Undefined: no wish, one look. */
  readonly precision?: number | undefined;
}

/** After how many rounds the data is looked at: the first at 4 or more, the last at `maxRounds`, at most three. Ascending. */
export function plannedLooks({ rounds, maxRounds, precision }: PrecisionWish): number[] {
  if (precision === undefined) return [rounds];
  const last = Math.max(rounds, maxRounds);
  const first = Math.min(last, Math.max(MIN_ROUNDS, rounds));
  return [...new Set([first, Math.round(Math.sqrt(first * last)), last])];
}
