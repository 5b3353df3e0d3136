/**
 * Estimation of all requests from the kept ones. Each kept trace has a weight w = 1 / inclusion probability, its
 * adjusted count. Traces are taken to be kept independently of each other (Poisson sampling), which holds for
 * samplers that decide by the trace id.
 */
import { quantile } from "./latency-buckets.ts";

/** Standard normal quantile for 95 %, two-sided. */
const Z = 1.959964;
/** Fewer kept traces than this claim no interval for a share; the normal approximation does not hold. */
const LEAST_KEPT = 30;
const LEAST_KEPT_FOR_COUNT = 5;
/** Kept traces expected beyond a quantile, on the thinner side, for its interval to hold. */
const LEAST_BEYOND = 8;

/** The largest weight that OpenTelemetry's thresholds of 56 bits can give. */
export const HEAVIEST = 2 ** 56;
/** A weight of 1 or more is a whole number of these: its double has no finer part. So sums of weights are exact. */
const UNITS = 2 ** 52;
const ONE = BigInt(UNITS);

/** w and w(w − 1), in units that add up exactly in any order. */
export function weightUnits(w: number): { readonly weight: bigint; readonly variance: bigint } {
  if (w === 1) return { weight: ONE, variance: 0n };
  const weight = BigInt(w * UNITS);
  return { weight, variance: weight * (weight - ONE) };
}

/** Of sums of `weightUnits`. */
export function sumsOf(kept: number, weight: bigint, variance: bigint): Sums {
  return { kept, weight: Number(weight) / UNITS, variance: Number(variance) / UNITS / UNITS };
}

export interface Interval {
  readonly estimate: number;
  readonly low?: number;
  readonly high?: number;
}

/** Sums over kept traces. */
export interface Sums {
  readonly kept: number;
  /** Σ w */
  readonly weight: number;
  /** Σ w (w − 1) */
  readonly variance: number;
}

/**
 * Number of requests: N̂ = Σ w (Horvitz and Thompson, 1952), with estimated variance V̂ = Σ w(w − 1) (Särndal, Swensson
 * and Wretman, Model Assisted Survey Sampling, 1992, 2.8). The interval is all N with (N̂ − N)² ≤ z² N c, c = V̂ / N̂:
 * the score form after Wilson (1927), which holds its confidence if few are kept.
 */
export function countOf(sums: Sums): Interval {
  const estimate = sums.weight;
  if (sums.kept < LEAST_KEPT_FOR_COUNT) return { estimate };
  const shift = (Z * Z * sums.variance) / sums.weight / 2;
  const reach = Math.sqrt(Z * Z * sums.variance + shift * shift);
  return { estimate, low: estimate + shift - reach, high: estimate + shift + reach };
}

/**
 * Share of requests with a property: R̂ = Σ w y / Σ w (Hájek, 1971), linearised variance V̂ = Σ w(w − 1)(y − R̂)² / N̂²
 * (Särndal et al., 5.6). The interval is Wilson's at an effective sample size; see Korn and Graubard (1998). If weights
 * differ, V̂ alone misses rare heavy failures (88 % coverage in simulation), so it is averaged with R̂(1 − R̂) / Kish's size,
 * which takes weight and failure for independent. In simulation it holds the truth in 93 to 97 of 100 if at least two
 * failures of the heaviest weight are kept on average, also if weights differ tenfold. With fewer, there is no
 * smooth coverage (one kept failure more or less moves everything): it errs to the safe side, up to 98.
 * That is for samplers that decide at the start; those that look at failures have no valid weight.
 */
export function shareOf(all: Sums, having: Sums): Interval | undefined {
  if (all.kept === 0) return undefined;
  const estimate = having.weight / all.weight;
  if (all.kept < LEAST_KEPT) return { estimate };
  const spread = having.variance * (1 - 2 * estimate) + all.variance * estimate * estimate;
  const linearised = (estimate * (1 - estimate) * all.weight * all.weight) / spread;
  const isMixed = having.kept > 0 && having.kept < all.kept;
  const size = isMixed ? 2 / (1 / linearised + 1 / effectiveSize(all)) : effectiveSize(all);
  if (!Number.isFinite(size)) return { estimate, low: estimate, high: estimate };
  const middle = (estimate + (Z * Z) / (2 * size)) / (1 + (Z * Z) / size);
  const reach =
    (Z / (1 + (Z * Z) / size)) * Math.sqrt((estimate * (1 - estimate)) / size + (Z * Z) / (4 * size * size));
  return { estimate, low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}

/**
 * Quantile of the weighted distribution (Hájek), with Woodruff's interval (1952): the quantiles at share ± z·se, where
 * se is that of the distribution function at the share asked for, share(1 − share) / effective size.
 * In buckets of latency-buckets.ts.
 */
export function quantileOf(
  ordered: readonly (readonly [bucket: number, weight: number])[],
  share: number,
  sums: Sums,
): Interval | undefined {
  const estimate = quantile(ordered, share);
  if (estimate === undefined) return undefined;
  const size = effectiveSize(sums);
  if (size * Math.min(share, 1 - share) < LEAST_BEYOND) return { estimate };
  const reach = Z * Math.sqrt((share * (1 - share)) / size);
  return { estimate, low: quantile(ordered, share - reach)!, high: quantile(ordered, share + reach)! };
}

/** (Σ w)² / Σ w(w − 1): Kish's effective sample size, with the finite population's correction. Infinite if all are kept. */
function effectiveSize(sums: Sums): number {
  return sums.variance <= 0 ? Infinity : (sums.weight * sums.weight) / sums.variance;
}
