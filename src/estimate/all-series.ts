import type { Attempt } from "./attempt.ts";
import type { Certainty } from "./estimate.ts";
import { lostSeries } from "./lost-series.ts";
import type { Metric, Quantile } from "../record/metric.ts";
import { LOST } from "../record/metrics.ts";
import { quantileSeries, roundHistograms } from "./quantile-series.ts";
import type { VariantRounds } from "./rounds.ts";
import { scalarSeries, type Series } from "./series.ts";

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
      const what = `${metric.name} of ${group.variant} in the ${group.phase} phase`;
      return attempt(what, () => [seriesOf(metric)].filter((series) => series !== undefined));
    });
}
