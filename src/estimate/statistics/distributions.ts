/** The distributions the estimator needs, at the bounds too, where the library gives NaN. */
import jStat from "jstat";

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

export function normalCdf(z: number): number {
  return jStat.normal.cdf(z, 0, 1);
}

export function normalQuantile(p: number): number {
  return jStat.normal.inv(p, 0, 1);
}

export function betaQuantile(p: number, a: number, b: number): number {
  return jStat.beta.inv(p, a, b);
}

/** By the beta quantile it is a function of: F = (b / a) · x / (1 − x), with x of Beta(a / 2, b / 2). */
export function fQuantile(p: number, a: number, b: number): number {
  const x = jStat.beta.inv(p, a / 2, b / 2);
  return (b * x) / (a * (1 - x));
}
