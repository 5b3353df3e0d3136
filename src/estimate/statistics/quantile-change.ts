import { clusteredQuantile, mergeHistograms, quantile, shareUpTo, withoutPart, type Histogram } from "./histogram.ts";
import { type Contrast, oneSample, studentQuantile } from "./student.ts";

/** A round of one variant. */
export interface QuantileRound {
  readonly histogram: Histogram;
  /** The slow episodes of its window that count (`effectiveEpisodes`); absent if the record does not have them. */
  readonly episodes?: number | undefined;
  /** Length of its window. */
  readonly seconds?: number | undefined;
}

/** With fewer slow episodes the quantile is a matter of a few stalls, and no interval over rounds holds. */
export const LEAST_EPISODES = 5;
/** Below this quantile, stalls of a second in a hundred do not decide. */
const TAIL = 0.99;
/** In less time, stalls that come every ten seconds and decide the quantile may not come at all. */
export const LEAST_SECONDS = 45;
const CONFIDENCE = 0.95;

/**
 * The change of a quantile of merged rounds, paired by round, on the scale of `on` (`Math.log` for a ratio). Its standard
 * error is the larger of two, because the jackknife is too small if one round decides the quantile: the jackknife over
 * rounds (Quenouille 1956), and that of the two Woodruff intervals together (Zou and Donner 2008).
 */
export function quantileChange(
  own: readonly QuantileRound[],
  baseline: readonly QuantileRound[],
  p: number,
  on: (value: number) => number,
): Contrast {
  const n = own.length;
  const merged = mergedOf(own);
  const mergedBaseline = mergedOf(baseline);
  const change = (one: Histogram, other: Histogram): number => on(quantile(one, p)) - on(quantile(other, p));
  const mean = change(merged, mergedBaseline);
  if (n < 2) return { mean, standardError: Infinity, df: 0, n };
  const without = own.map(({ histogram }, left) =>
    change(withoutPart(merged, histogram), withoutPart(mergedBaseline, baseline[left]!.histogram)),
  );
  const jackknife = (n - 1) * oneSample(without).standardError;
  const reach = Math.hypot(woodruffReach(own, merged, p, on), woodruffReach(baseline, mergedBaseline, p, on));
  const woodruff = reach / studentQuantile((1 + CONFIDENCE) / 2, n - 1);
  return { mean, standardError: Math.max(jackknife, woodruff), df: n - 1, n };
}

/**
 * How many slow episodes a quantile of merged rounds rests on: the requests beyond it, as so many episodes of equal size
 * (Kish's effective size). Infinity if the records do not have them, and below p99.
 */
function episodesBeyond(rounds: readonly QuantileRound[], p: number, merged = mergedOf(rounds)): number {
  if (p < TAIL) return Infinity;
  const limit = quantile(merged, p);
  let [sum, squares] = [0, 0];
  for (const { histogram, episodes } of rounds) {
    if (episodes === undefined) return Infinity;
    const beyond = histogram.total * (1 - shareUpTo(histogram, limit));
    sum += beyond;
    squares += beyond ** 2 / Math.max(1, episodes);
  }
  return squares === 0 ? Infinity : sum ** 2 / squares;
}

export interface Shortage {
  readonly episodes: number;
  readonly seconds: number;
  /** How long the windows must be, all rounds together. */
  readonly neededSeconds: number;
}

/** Why the quantile of merged rounds has no interval; undefined if it has. */
export function shortageOf(rounds: readonly QuantileRound[], p: number): Shortage | undefined {
  const episodes = episodesBeyond(rounds, p);
  if (episodes === Infinity) return undefined;
  const seconds = rounds.reduce((sum, round) => sum + (round.seconds ?? Infinity), 0);
  if (episodes >= LEAST_EPISODES && seconds >= LEAST_SECONDS) return undefined;
  const more = episodes < LEAST_EPISODES ? (2 * LEAST_EPISODES) / Math.max(1, episodes) : 1;
  return { episodes, seconds, neededSeconds: Math.max(more * seconds, LEAST_SECONDS) };
}

/**
 * The least standard error of the share beyond the quantile: that of a sum of as many episodes, each of which comes or not
 * (compound Poisson). Over rounds alone, one stall in each would seem to be a law.
 */
export function leastError(rounds: readonly QuantileRound[], p: number, merged: Histogram): number {
  return (1 - p) / Math.sqrt(episodesBeyond(rounds, p, merged));
}

/** The longer arm of Woodruff's interval. */
function woodruffReach(
  rounds: readonly QuantileRound[],
  merged: Histogram,
  p: number,
  on: (value: number) => number,
): number {
  const histograms = rounds.map(({ histogram }) => histogram);
  const { center, bounds } = clusteredQuantile(histograms, merged, p, CONFIDENCE, leastError(rounds, p, merged));
  return bounds === undefined ? Infinity : Math.max(on(bounds.high) - on(center), on(center) - on(bounds.low));
}

function mergedOf(rounds: readonly QuantileRound[]): Histogram {
  return mergeHistograms(rounds.map(({ histogram }) => histogram));
}
