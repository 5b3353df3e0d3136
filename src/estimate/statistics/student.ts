/**
 * Inference on a mean over few independent replications (Student 1908; two samples: Welch 1947; trimmed: Yuen 1974).
 * Knows nothing of benchmarks: a caller who wants ratios gives logarithms and exponentiates what comes back.
 */
import { studentQuantile, studentTail } from "./distributions.ts";

/** A mean, or a difference of two, with what its t statistic needs. `n` is the (smaller) sample's size. */
export interface Contrast {
  readonly mean: number;
  /** Infinite where one value says nothing about the spread. */
  readonly standardError: number;
  readonly df: number;
  readonly n: number;
}

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A sample's mean, the variance of that mean, and its degrees of freedom. */
interface Summary {
  readonly mean: number;
  readonly squaredError: number;
  readonly df: number;
}

/**
 * With `trim` above 0 the mean of what is left when that share of the values is cut off at either end, and the variance
 * of it from the winsorized values (Yuen 1974, The two-sample trimmed t for unequal population variances).
 */
function summaryOf(values: readonly number[], trim: number): Summary {
  const cut = Math.floor(trim * values.length);
  const sorted = values.toSorted((a, b) => a - b);
  const kept = sorted.slice(cut, sorted.length - cut);
  const winsorized = sorted.map((value) => Math.min(kept.at(-1)!, Math.max(kept[0]!, value)));
  const center = mean(winsorized);
  const squares = winsorized.reduce((sum, value) => sum + (value - center) ** 2, 0);
  const df = kept.length - 1;
  return { mean: mean(kept), squaredError: df < 1 ? Infinity : squares / (kept.length * df), df };
}

/** `trim`: the share of the values to cut off at either end, 0 to 0.5. */
export function oneSample(values: readonly number[], trim = 0): Contrast {
  const { mean, squaredError, df } = summaryOf(values, trim);
  return { mean, standardError: Math.sqrt(squaredError), df, n: values.length };
}

/** `a` − `b` of two independent samples whose variances may differ; df by Welch and Satterthwaite. `trim` as of `oneSample`. */
export function welch(a: readonly number[], b: readonly number[], trim = 0): Contrast {
  const [sa, sb] = [summaryOf(a, trim), summaryOf(b, trim)];
  const n = Math.min(a.length, b.length);
  const difference = sa.mean - sb.mean;
  if (n < 2) return { mean: difference, standardError: Infinity, df: 0, n };
  const squaredError = sa.squaredError + sb.squaredError;
  const spread = sa.squaredError ** 2 / sa.df + sb.squaredError ** 2 / sb.df;
  const df = spread === 0 ? sa.df + sb.df : squaredError ** 2 / spread;
  return { mean: difference, standardError: Math.sqrt(squaredError), df, n };
}

/** Half the width of the two-sided interval; infinite for n = 1. */
export function halfWidth({ standardError, df }: Contrast, confidence: number): number {
  if (standardError === 0) return 0;
  return df > 0 ? studentQuantile((1 + confidence) / 2, df) * standardError : Infinity;
}

/** The two-sided interval, or undefined for n = 1. */
export function interval(contrast: Contrast, confidence: number): Bounds | undefined {
  const half = halfWidth(contrast, confidence);
  return Number.isFinite(half) ? { low: contrast.mean - half, high: contrast.mean + half } : undefined;
}

/** Two-sided p-value of "the mean is 0". */
export function differenceP({ mean, standardError, df }: Contrast): number {
  if (standardError === 0) return mean === 0 ? 1 : 0;
  return df > 0 ? 2 * studentTail(mean / standardError, df) : 1;
}

/**
 * p-value of "the mean is at least `margin` away from 0", by two one-sided tests (Schuirmann 1987):
 * below α exactly where the 1 − 2α interval lies within (−margin, margin).
 */
export function equivalenceP({ mean, standardError, df }: Contrast, margin: number): number {
  const room = margin - Math.abs(mean);
  if (standardError === 0) return room > 0 ? 0 : 1;
  if (df <= 0) return 1;
  const tail = studentTail(room / standardError, df);
  return room > 0 ? tail : 1 - tail;
}
