/**
 * Sparse histograms: what of an HDR histogram is needed to merge many and to read quantiles off the sum.
 * Merging is commutative and associative; percentiles are never averaged.
 */
import { decodeFromCompressedBase64, type JsHistogram } from "hdr-histogram-js";
import { UserError } from "../../base/problem.ts";
import { interval, oneSample, type Bounds } from "./student.ts";

/** Parallel arrays: the highest value of each occupied bucket, ascending, and its count (above 0). */
export interface Histogram {
  readonly values: Float64Array;
  readonly counts: Float64Array;
  readonly total: number;
}

/** Reads `HISTF…` text (compressed, base64). Throws a `UserError` if the text is no such histogram. */
export function decodeHistogram(text: string): Histogram {
  const decoded = decodedOf(text);
  const values: number[] = [];
  const counts: number[] = [];
  const end = decoded.totalCount === 0 ? 0 : decoded.countsArrayIndex(decoded.maxValue) + 1;
  for (let index = 0; index < end; index++) {
    const count = decoded.getCountAtIndex(index);
    if (count === 0) continue;
    counts.push(count);
    values.push(decoded.valueFromIndex(index + 1) - 1);
  }
  return { values: Float64Array.from(values), counts: Float64Array.from(counts), total: decoded.totalCount };
}

function decodedOf(text: string): JsHistogram {
  try {
    return decodeFromCompressedBase64(text, 64, false) as JsHistogram;
  } catch {
    throw new UserError("the results file is damaged: it has a histogram that cannot be read");
  }
}

export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  return histograms.reduce(mergeTwo, NOTHING);
}

const NOTHING: Histogram = { values: new Float64Array(), counts: new Float64Array(), total: 0 };

/** One pass over both, since both are sorted. */
function mergeTwo(a: Histogram, b: Histogram): Histogram {
  const values = new Float64Array(a.values.length + b.values.length);
  const counts = new Float64Array(values.length);
  let size = 0;
  let i = 0;
  let j = 0;
  while (i < a.values.length && j < b.values.length) {
    const left = a.values[i]!;
    const right = b.values[j]!;
    values[size] = Math.min(left, right);
    counts[size++] = (left <= right ? a.counts[i++]! : 0) + (right <= left ? b.counts[j++]! : 0);
  }
  const [rest, from] = i < a.values.length ? [a, i] : [b, j];
  values.set(rest.values.subarray(from), size);
  counts.set(rest.counts.subarray(from), size);
  size += rest.values.length - from;
  return { values: values.slice(0, size), counts: counts.slice(0, size), total: a.total + b.total };
}

/** What is left of a merged histogram without one of its parts. Its counts may be 0. */
export function withoutPart({ values, counts, total }: Histogram, part: Histogram): Histogram {
  const left = counts.slice();
  let at = 0;
  for (const [i, value] of part.values.entries()) {
    while (values[at]! < value) at++;
    left[at]! -= part.counts[i]!;
  }
  return { values, counts: left, total: total - part.total };
}

/** The smallest recorded value that at least the share `p` of all values does not exceed. NaN if nothing was recorded. */
export function quantile({ values, counts, total }: Histogram, p: number): number {
  // Less a hair, so that 0.99 × 100, which is 99.00000000000001 in floating point at worst, asks for the 99th value.
  const wanted = Math.max(1, Math.ceil(p * total - total * 1e-12));
  let seen = 0;
  for (let i = 0; i < values.length; i++) {
    seen += counts[i]!;
    if (seen >= wanted) return values[i]!;
  }
  return values.at(-1) ?? Number.NaN;
}

/** The share of recorded values that do not exceed `value`. */
export function shareUpTo({ values, counts, total }: Histogram, value: number): number {
  let seen = 0;
  for (let i = 0; i < values.length && values[i]! <= value; i++) seen += counts[i]!;
  return seen / total;
}

/**
 * A quantile of several rounds' merged histogram, with an interval that takes the round as the unit: the share of
 * each round below the merged quantile is averaged with a Student t interval, and its two ends are read off the
 * merged histogram as quantiles (Woodruff 1952, Confidence Intervals for Medians and Other Position Measures).
 * No interval for fewer than two rounds. `leastError`: of the mean share, if the rounds seem more equal.
 */
export function clusteredQuantile(
  rounds: readonly Histogram[],
  merged: Histogram,
  p: number,
  confidence: number,
  leastError = 0,
): { readonly center: number; readonly bounds: Bounds | undefined } {
  const center = quantile(merged, p);
  const shares = oneSample(rounds.map((round) => shareUpTo(round, center)));
  const standardError = Math.max(shares.standardError, leastError);
  const around = interval({ ...shares, mean: p, standardError }, confidence);
  if (around === undefined) return { center, bounds: undefined };
  const low = quantile(merged, Math.max(0, around.low));
  const high = quantile(merged, Math.min(1, around.high));
  return { center, bounds: { low: Math.min(low, center), high: Math.max(high, center) } };
}
