import { studentQuantile } from "./distributions.ts";
import { clusteredQuantile, mergeHistograms, quantile, shareUpTo, type Histogram } from "./histogram.ts";
import type { Contrast } from "./student.ts";

/** A round of one variant. */
export interface QuantileRound {
  readonly histogram: Histogram;
  /** The slow episodes of its window that count (`effectiveEpisodes`); absent if the record does not have them. */
  readonly episodes?: number | undefined;
}

/** With fewer slow episodes the quantile is a matter of a few stalls, and no interval over rounds holds. */
export const LEAST_EPISODES = 5;
const CONFIDENCE = 0.95;

/**
 * The change of a quantile of merged rounds, paired by round, on the scale of `on` (`Math.log` for a ratio). Its standard
 * error is the larger of two, because the jackknife is too small if one round decides the quantile: the jackknife over
 * rounds (Quenouille 1956), and that of the two Woodruff intervals together (Zou and Donner 2008). Degrees of freedom:
 * the fewer of rounds and slow episodes, less one.
 */
export function quantileChange(
  own: readonly QuantileRound[],
  baseline: readonly QuantileRound[],
  p: number,
  on: (value: number) => number,
): Contrast {
  const n = own.length;
  const sides = [own, baseline].map((rounds) => rounds.map(({ histogram }) => histogram));
  const change = (left: number): number => {
    const [one, other] = sides.map((all) => on(quantile(mergeHistograms(all.filter((_, at) => at !== left)), p)));
    return one! - other!;
  };
  const mean = change(-1);
  const df = Math.min(n, episodesBeyond(own, p), episodesBeyond(baseline, p)) - 1;
  if (n < 2 || df <= 0) return { mean, standardError: Infinity, df: 0, n };
  const without = own.map((_, left) => change(left));
  const center = without.reduce((sum, value) => sum + value, 0) / n;
  const jackknife = Math.sqrt(((n - 1) / n) * without.reduce((sum, value) => sum + (value - center) ** 2, 0));
  const reach = Math.hypot(...sides.map((all) => woodruffReach(all, p, on)));
  const woodruff = reach / studentQuantile((1 + CONFIDENCE) / 2, n - 1);
  return { mean, standardError: Math.max(jackknife, woodruff), df, n };
}

/**
 * How many slow episodes a quantile of merged rounds rests on: the requests beyond it, as so many episodes of equal size
 * (Kish's effective size). Infinity if the records do not have them.
 */
export function episodesBeyond(rounds: readonly QuantileRound[], p: number): number {
  const limit = quantile(mergeHistograms(rounds.map(({ histogram }) => histogram)), p);
  let [sum, squares] = [0, 0];
  for (const { histogram, episodes } of rounds) {
    if (episodes === undefined) return Infinity;
    const beyond = histogram.total * (1 - shareUpTo(histogram, limit));
    sum += beyond;
    squares += beyond ** 2 / Math.max(1, episodes);
  }
  return squares === 0 ? Infinity : sum ** 2 / squares;
}

/** The longer arm of Woodruff's interval. */
function woodruffReach(rounds: readonly Histogram[], p: number, on: (value: number) => number): number {
  const { center, bounds } = clusteredQuantile(rounds, mergeHistograms(rounds), p, CONFIDENCE);
  return bounds === undefined ? Infinity : Math.max(on(bounds.high) - on(center), on(center) - on(bounds.low));
}
