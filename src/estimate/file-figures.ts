import { referenceOf } from "../plan/variant.ts";
import type { Results } from "../record/results.ts";
import { thresholdIn, type Thresholds } from "../record/metric.ts";
import { METRICS } from "../record/metrics.ts";
import { allSeries } from "./estimates.ts";
import type { Attempt, Certainty, Estimate } from "./estimate.ts";
import { changeOf, ratioFinding } from "./changes/comparisons.ts";
import { figureName, groupRounds, ofCommon, type VariantRounds, type Series } from "./series.ts";
import { oneSample, type Contrast } from "./statistics/student.ts";

/** The metrics that have a verdict in the phase. */
export function comparedSeries(group: VariantRounds, certainty: Certainty, attempt: Attempt): Series[] {
  const judged = METRICS.filter((metric) => thresholdIn(metric, group.phase) !== undefined);
  return allSeries(group, certainty, attempt, judged);
}

/** A figure of one file on the scale it is compared on: logarithms, corrected by `none` if possible. */
export interface Figure {
  readonly series: Series;
  readonly contrast: Contrast;
  readonly shown: Estimate;
  readonly isCorrected: boolean;
  /** Of a baseline of the file: each Node has one. */
  readonly isBaseline: boolean;
}

/** The compared figures of a file, by `figureName`. */
export function figuresOf(
  { records, plan }: Results,
  certainty: Certainty,
  thresholds: Thresholds,
  attempt: Attempt,
): ReadonlyMap<string, Figure> {
  const all = groupRounds(records, plan.variants).flatMap((group) => comparedSeries(group, certainty, attempt));
  const index = new Map(all.map((series) => [figureName(series.metric.name, series.group), series]));
  const figures = all.flatMap((series): readonly (readonly [string, Figure])[] => {
    const { metric, group, values, absolute } = series;
    const name = figureName(metric.name, group);
    const reference = referenceOf(group.variant, "none", plan.variants);
    const isBaseline = reference === group.variant;
    const baseline =
      metric.scale === "linear" || reference === undefined || isBaseline
        ? undefined
        : index.get(figureName(metric.name, { ...group, variant: reference }));
    if (baseline === undefined) {
      const sample = metric.scale === "log" ? ofCommon(values, group.common).map(Math.log) : [...values.values()];
      return [[name, { series, contrast: oneSample(sample), shown: absolute, isCorrected: false, isBaseline }]];
    }
    const shown = ratioFinding(series, baseline, certainty, thresholds)?.estimate;
    const contrast = changeOf(series, baseline, "log");
    if (shown === undefined || contrast === undefined) return [];
    return [[name, { series, contrast, shown, isCorrected: true, isBaseline }]];
  });
  return new Map(figures);
}
