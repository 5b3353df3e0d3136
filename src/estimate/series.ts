import type { TrialRecord } from "../record/trial-record.ts";
import { estimateOf, type Certainty, type Estimate } from "./estimate.ts";
import type { Metric } from "../record/metric.ts";
import { ofCommon, type VariantRounds } from "./rounds.ts";
import type { QuantileRound, Shortage } from "./statistics/quantile-change.ts";
import { oneSample } from "./statistics/student.ts";

/** A metric of one variant in one phase: its value in each round, and the estimate over them. */
export interface Series {
  readonly metric: Metric;
  readonly group: VariantRounds;
  readonly values: ReadonlyMap<number, number>;
  readonly absolute: Estimate;
  /** Of a quantile: what changes of it are computed from. */
  readonly quantile?: {
    readonly p: number;
    readonly rounds: ReadonlyMap<number, QuantileRound>;
    readonly shortage: Shortage | undefined;
  };
}

/**
 * The series of a metric that is one number of each record; undefined if no record has it. Changes pair the rounds of two
 * series; the absolute figure is the mean over the rounds that `ofCommon` leaves. So if every trial counts, a change on
 * logarithms is the ratio of the figures beside it.
 */
export function scalarSeries(
  group: VariantRounds,
  metric: Metric,
  of: (record: TrialRecord) => number | undefined,
  certainty: Certainty,
): Series | undefined {
  const logs = metric.scale === "log";
  const values = roundValues(group, (record) => {
    const value = of(record);
    return value !== undefined && Number.isFinite(value) && (!logs || value > 0) ? value : undefined;
  });
  if (values.size === 0) return undefined;
  const { phase, variant, common, warnings } = group;
  const method = `student-t ${logs ? "on logarithms " : ""}over rounds`;
  const about = { phase, variant, metric: metric.name, unit: metric.unit, method };
  const shown = ofCommon(values, common);
  const contrast = oneSample(logs ? shown.map(Math.log) : shown);
  // nothing that is measured on a linear scale here can be negative
  const back = logs ? Math.exp : (value: number) => Math.max(0, value);
  return { metric, group, values, absolute: estimateOf(about, contrast, back, certainty, warnings) };
}

/** What `of` reads from the record of each round. Rounds without it are left out. */
export function roundValues<T>({ records }: VariantRounds, of: (record: TrialRecord) => T | undefined): Map<number, T> {
  const values = new Map<number, T>();
  for (const [round, record] of records) {
    const value = of(record);
    if (value !== undefined) values.set(round, value);
  }
  return values;
}
