/** Small runs of the cost phase, and one estimate out of many. */
import assert from "node:assert/strict";
import type { TrialRecord } from "../record/trial-record.ts";
import type { Estimate } from "./estimate.ts";
import { estimatesOf } from "./estimates.ts";
import { mergeHistograms, type Histogram } from "./statistics/histogram.ts";
import { syntheticRecord, syntheticResults } from "./synthetic.fixture.ts";

export const near = (actual: number | undefined, expected: number, within = 1e-9): void =>
  assert.ok(Math.abs(actual! - expected) <= within, `${actual} is not ${expected}`);

/** In which share of so many runs it happens. */
export function shareOf(runs: number, happens: () => boolean): number {
  let count = 0;
  for (let run = 0; run < runs; run++) if (happens()) count++;
  return count / runs;
}

/** Three standard errors of a share of 5 % seen in so many runs. */
export const simulationError = (runs: number): number => 3 * Math.sqrt((0.05 * 0.95) / runs);

/** Whole µs, each a bucket of its own. */
export function histogramOf(valuesUs: ArrayLike<number>): Histogram {
  const values = Float64Array.from(valuesUs, Math.round).toSorted();
  return mergeHistograms([{ values, counts: values.map(() => 1), total: values.length }]);
}

/** The estimates of a run with these records. All are available. */
export function estimatesFrom(records: readonly TrialRecord[]): readonly Estimate[] {
  const { estimates, unavailable } = estimatesOf(syntheticResults(records));
  assert.deepEqual(unavailable, []);
  return estimates;
}

/** The one estimate that is so. */
export function pick(estimates: readonly Estimate[], want: Partial<Estimate>): Estimate {
  const found = estimates.filter((one) =>
    Object.entries(want).every(([key, value]) => one[key as keyof Estimate] === value),
  );
  assert.equal(found.length, 1, `${found.length} estimates are ${JSON.stringify(want)}`);
  return found[0]!;
}

/** A trial of the cost phase for each value, in rounds from 1 on. */
export const cost = (variant: string, values: readonly number[]): TrialRecord[] =>
  values.map((cpu, i) => syntheticRecord({ variant, round: i + 1, cpu }));
