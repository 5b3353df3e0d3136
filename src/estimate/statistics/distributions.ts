/** The distributions that the estimates need. */
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

export function normalQuantile(p: number): number {
  return jStat.normal.inv(p, 0, 1);
}

export function betaQuantile(p: number, a: number, b: number): number {
  return jStat.beta.inv(p, a, b);
}
