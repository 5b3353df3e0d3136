/**
 * Records → estimates, in four steps: leave out what is not usable and group by phase and variant; turn each metric into
 * a value a round and an absolute figure (series.ts); compare with the references, paired by round
 * (comparisons.ts), and variants with each other (contrasts.ts); give verdicts to all comparisons as one family (verdict.ts). Fidelity has estimates of its own.
 */
import { BASELINE, referenceOf, type Variant } from "../plan/variant.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import {
  CONFIDENCE,
  attemptNoting,
  type Attempt,
  alphaOf,
  type Certainty,
  type Estimate,
  plannedLooks,
} from "./estimate.ts";
import { changeFindings, withVerdicts, type Finding } from "./changes/comparisons.ts";
import { contrastFindings, priceFindings } from "./changes/contrasts.ts";
import { fidelityEstimates } from "./fidelity/estimates.ts";
import type { Metric, Quantile } from "../record/metric.ts";
import { LOST, METRICS } from "../record/metrics.ts";
import { partMetrics } from "../record/part-metrics.ts";
import { figureName, groupRounds, type VariantRounds, lostSeries, scalarSeries, type Series } from "./series.ts";
import { quantileSeries, roundHistograms } from "./quantile-series.ts";

/** All estimates of a run, and for each that could not be made the reason. */
export function estimatesOf({ records, plan, scenario }: Pick<Results, "records" | "plan" | "scenario">): {
  readonly estimates: readonly Estimate[];
  readonly unavailable: readonly string[];
} {
  const unavailable: string[] = [];
  const attempt = attemptNoting(unavailable);
  const estimates = [
    ...runEstimates(records, plan.variants, attempt, plannedLooks(scenario).length),
    ...fidelityEstimates(records, attempt, plan.variants),
  ];
  return { estimates, unavailable };
}

/**
 * The estimates of cost, latency, capacity and losses. Only completed and valid trials are used; warnings say how many were left
 * out. The plan's variants give the order, and which of them are compared. `divisor`: of growing data, how many looks were planned.
 */
export function runEstimates(
  records: readonly TrialRecord[],
  variants: readonly Variant[],
  attempt: Attempt,
  divisor = 1,
): Estimate[] {
  const certainty = { confidence: CONFIDENCE, divisor };
  const groups = groupRounds(records, variants);
  const metrics = [...METRICS, ...partMetrics(records)];
  const all = groups.flatMap((group) => allSeries(group, certainty, attempt, metrics));
  const index = new Map(all.map((series) => [figureName(series.metric.name, series.group), series]));
  const findings = [
    ...all.flatMap((series) => [{ estimate: series.absolute }, ...changesOf(series, index, variants, certainty)]),
    ...contrastFindings(all, variants, certainty),
    ...priceFindings(all, variants, certainty),
  ];
  return withVerdicts(findings, alphaOf(certainty));
}

/** The series of these metrics of a variant in a phase. Histograms are decoded only if they are wanted, and once. */
export function allSeries(
  group: VariantRounds,
  certainty: Certainty,
  attempt: Attempt,
  metrics: readonly Metric[],
): Series[] {
  const decoded = new Map<Quantile["histogram"], ReturnType<typeof roundHistograms>>();
  const seriesOf = (metric: Metric): Series | undefined => {
    if (metric === LOST) return lostSeries(group, certainty);
    const { of } = metric;
    if (typeof of === "function") return scalarSeries(group, metric, of, certainty);
    const rounds = decoded.get(of.histogram) ?? roundHistograms(group, of.histogram);
    decoded.set(of.histogram, rounds);
    return quantileSeries(group, metric, of.p, rounds, certainty);
  };
  return metrics
    .filter((metric) => metric.phases.includes(group.phase))
    .flatMap((metric) => {
      return attempt(figureName(metric.name, group), () => [seriesOf(metric)].filter((series) => series !== undefined));
    });
}

/** Ratio and difference to `none`. The verdict is the ratio's. */
function changesOf(
  series: Series,
  index: ReadonlyMap<string, Series>,
  variants: readonly Variant[],
  certainty: Certainty,
): Finding[] {
  const { metric, group } = series;
  const against = referenceOf(group.variant, BASELINE, variants);
  if (metric.compared?.includes(group.phase) !== true || against === undefined || against === group.variant) return [];
  const none = index.get(figureName(metric.baseline ?? metric.name, { ...group, variant: against }));
  return none === undefined ? [] : changeFindings(series, none, certainty);
}
