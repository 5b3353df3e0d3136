import { betaQuantile } from "./distributions.ts";
import type { Bounds } from "./student.ts";

/**
 * The exact binomial interval (Clopper and Pearson 1934) of a share seen as `successes` in `trials`.
 * Never covers less often than `confidence`, at 0 and at all too. Throws a RangeError where the counts are impossible.
 */
export function binomialInterval(successes: number, trials: number, confidence: number): Bounds {
  if (!(trials > 0 && successes >= 0 && successes <= trials)) {
    throw new RangeError(`${successes} of ${trials} is not a share`);
  }
  const tail = (1 - confidence) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    high: successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes),
  };
}
