import type { Warning } from "../record/trial-record.ts";
import type { Estimate } from "./estimate.ts";
import type { Metric, ScalarMetric } from "./metrics.ts";
import { ofCommon, type VariantRounds } from "./rounds.ts";
import { interval, oneSample, type Bounds, type Contrast } from "./statistics/student.ts";
import { usefulBounds } from "./useful-bounds.ts";

/** A metric of one variant in one phase: its value in each round, and what they say together. */
export interface Series {
  readonly metric: Metric;
  readonly group: VariantRounds;
  readonly values: ReadonlyMap<number, number>;
  readonly absolute: Estimate;
}

/**
 * How sure intervals are to be.
 * After several looks at growing data each is computed at 1 − (1 − confidence) / looks, so that the one reported
 * holds its confidence whenever measuring stopped (Bonferroni); see precision.ts.
 */
export interface Certainty {
  readonly confidence: number;
  readonly looks: number;
}

/** The two-sided error each interval is computed with. */
export function alphaOf({ confidence, looks }: Certainty): number {
  return (1 - confidence) / looks;
}

type About = Pick<Estimate, "phase" | "variant" | "metric" | "unit" | "method" | "against">;

/** An estimate from its center and its bounds; undefined where there are too few rounds for any. */
export function estimateFrom(
  about: About,
  figure: { readonly center: number; readonly bounds: Bounds | undefined; readonly n: number },
  certainty: Certainty,
  warnings: readonly Warning[],
): Estimate {
  return {
    ...about,
    center: figure.center,
    ...figure.bounds,
    confidence: certainty.confidence,
    n: figure.n,
    method: certainty.looks > 1 ? `${about.method}, corrected for ${certainty.looks} looks` : about.method,
    warnings: figure.n === 1 ? [...warnings, ONE_ROUND] : [...warnings],
  };
}

/** An estimate from a contrast on the scale that `back` leaves: the identity, or `Math.exp` for logarithms. */
export function estimateOf(
  about: About,
  contrast: Contrast,
  back: (x: number) => number,
  certainty: Certainty,
  warnings: readonly Warning[],
): Estimate {
  const around = interval(contrast, 1 - alphaOf(certainty));
  const bounds = around && { low: back(around.low), high: back(around.high) };
  const { n } = contrast;
  return estimateFrom(about, { center: back(contrast.mean), bounds: usefulBounds(bounds, n), n }, certainty, warnings);
}

const ONE_ROUND: Warning = {
  code: "one-round",
  message: "one round says nothing about its own uncertainty, so there is no interval",
  fix: "--rounds 4, or more",
};

/**
 * The series of a metric that is one number of each record; undefined where no record has it. Changes pair the rounds
 * of two series; the absolute figure is the mean over the rounds that `ofCommon` leaves. So where every trial counts, a
 * change is the ratio of the figures beside it: of metrics on logarithms, whose mean is not trimmed.
 */
export function scalarSeries(group: VariantRounds, metric: ScalarMetric, certainty: Certainty): Series | undefined {
  const logs = metric.scale === "log";
  const values = new Map<number, number>();
  for (const [round, record] of group.records) {
    const value = metric.of(record);
    if (value !== undefined && Number.isFinite(value) && (!logs || value > 0)) values.set(round, value);
  }
  if (values.size === 0) return undefined;
  const about = {
    phase: group.phase,
    variant: group.variant,
    metric: metric.name,
    unit: metric.unit,
    method: `${trimmed(metric)}student-t ${logs ? "on logarithms " : ""}over rounds`,
  };
  const contrast = oneSample(
    ofCommon(values, group.common).map((value) => (logs ? Math.log(value) : value)),
    metric.trim,
  );
  return {
    metric,
    group,
    values,
    absolute: estimateOf(about, contrast, logs ? Math.exp : atLeastZero, certainty, group.warnings),
  };
}

/** For the name of a method. */
export function trimmed({ trim }: Metric): string {
  return trim === undefined ? "" : `${100 * trim} % trimmed `;
}

/** Nothing that is measured on a linear scale here can be negative. */
function atLeastZero(value: number): number {
  return Math.max(0, value);
}
