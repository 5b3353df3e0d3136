import { seededRandom } from "../../base/random.ts";
import { normalCdf, studentQuantile } from "./distributions.ts";
import { mean, type Bounds } from "./student.ts";

/**
 * A bootstrap interval of the mean that assumes no distribution: the percentile method, its tails moved outward by
 * √(n/(n−1)) and from z to t, without which it is far too narrow for few values ("expanded percentile interval",
 * Hesterberg 2015, What Teachers Should Know About the Bootstrap, section 3.3).
 * Below 6 values it cannot reach far enough out to hold its confidence: use it there as a check only.
 */
export function bootstrapInterval(
  values: readonly number[],
  confidence: number,
  seed: number,
  resamples = 2000,
): Bounds | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const random = seededRandom(seed);
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[Math.floor(random() * n)]!;
    return sum / n;
  }).toSorted();
  const tail = normalCdf(-Math.sqrt(n / (n - 1)) * studentQuantile((1 + confidence) / 2, n - 1));
  const rank = Math.floor(tail * resamples);
  const center = mean(values);
  return { low: Math.min(center, means[rank]!), high: Math.max(center, means[resamples - 1 - rank]!) };
}
