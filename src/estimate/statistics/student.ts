/**
 * Inference on a mean over few independent replications (Student 1908; two samples: Welch 1947).
 * Knows nothing of benchmarks: for ratios, give logarithms and exponentiate the result.
 */
import jStat from "jstat";

/** A mean, or a difference of two, with what its t statistic needs. `n` is the (smaller) sample's size. */
export interface Contrast {
  readonly mean: number;
  /** Infinite for one value. */
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

/** The mean of one sample. */
export function oneSample(values: readonly number[]): Contrast {
  const center = mean(values);
  const n = values.length;
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return { mean: center, standardError: n < 2 ? Infinity : Math.sqrt(squares / (n * (n - 1))), df: n - 1, n };
}

/** Two independent contrasts' difference; df by Welch and Satterthwaite. */
export function differenceOf(a: Contrast, b: Contrast): Contrast {
  const [va, vb] = [a.standardError ** 2, b.standardError ** 2];
  const n = Math.min(a.n, b.n);
  if (n < 2) return { mean: a.mean - b.mean, standardError: Infinity, df: 0, n };
  const spread = va ** 2 / a.df + vb ** 2 / b.df;
  const df = spread === 0 ? a.df + b.df : (va + vb) ** 2 / spread;
  return { mean: a.mean - b.mean, standardError: Math.sqrt(va + vb), df, n };
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
 * below α exactly if the 1 − 2α interval lies within (−margin, margin).
 */
export function equivalenceP({ mean, standardError, df }: Contrast, margin: number): number {
  const room = margin - Math.abs(mean);
  if (standardError === 0) return room > 0 ? 0 : 1;
  if (df <= 0) return 1;
  const tail = studentTail(room / standardError, df);
  return room > 0 ? tail : 1 - tail;
}

/** The value that a Student t variable with `df` degrees of freedom (whole or not) stays below with probability `p`. */
export function studentQuantile(p: number, df: number): number {
  return jStat.studentt.inv(p, df);
}

/**
 * P(T > |t|) for a Student t variable: the upper tail, at most one half. By the incomplete beta function of
 * df / (df + t²), since the library's own distribution function cancels out far in the tail.
 */
export function studentTail(t: number, df: number): number {
  return jStat.beta.cdf(df / (df + t ** 2), df / 2, 0.5) / 2;
}

/**
 * Holm's step-down correction (Holm 1979): with p-values adjusted in this way, the chance of one or more false
 * rejections in the family is at most α, whatever their dependence. Adjusted values come in the order given.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).toSorted((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = Array.from<number>({ length: pValues.length });
  let running = 0;
  order.forEach((index, rank) => {
    running = Math.max(running, Math.min(1, pValues[index]! * (pValues.length - rank)));
    adjusted[index] = running;
  });
  return adjusted;
}
