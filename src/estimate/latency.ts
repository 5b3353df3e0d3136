import type { Warning } from "../record/trial-record.ts";
import type { QuantileMetric } from "./metrics.ts";
import { ofCommon, type VariantRounds } from "./rounds.ts";
import { alphaOf, estimateFrom, type Certainty, type Series } from "./series.ts";
import {
  clusteredQuantile,
  decodeHistogram,
  mergeHistograms,
  quantile,
  type Histogram,
} from "./statistics/histogram.ts";
import { usefulBounds } from "./useful-bounds.ts";

const US_PER_MS = 1000;
/** Below this many requests beyond a quantile in all, the quantile is a matter of luck. */
const THIN_TAIL = 10;

/**
 * One series for each quantile. Its values are the rounds' own quantiles in ms, for pairing; its absolute estimate is
 * the quantile of the histogram merged over the rounds that `ofCommon` leaves, with an interval over rounds (see
 * `clusteredQuantile`).
 */
export function quantileSeries(
  group: VariantRounds,
  metrics: readonly QuantileMetric[],
  certainty: Certainty,
): Series[] {
  const from = metrics[0]?.from;
  if (from === undefined) return [];
  const rounds = roundHistograms(group, from);
  if (rounds.size === 0) return [];
  const shown = ofCommon(rounds, group.common);
  const merged = mergeHistograms(shown);
  return metrics.map((metric) => {
    const quantiles = [...rounds].map(
      ([round, histogram]) => [round, quantile(histogram, metric.p) / US_PER_MS] as const,
    );
    const { center, bounds } = clusteredQuantile(shown, merged, metric.p, 1 - alphaOf(certainty));
    const about = {
      phase: group.phase,
      variant: group.variant,
      metric: metric.name,
      unit: metric.unit,
      method: "quantile of the HDR histogram merged over rounds, Woodruff interval over rounds",
    };
    const around = bounds && { low: bounds.low / US_PER_MS, high: bounds.high / US_PER_MS };
    const figure = { center: center / US_PER_MS, bounds: usefulBounds(around, shown.length), n: shown.length };
    const absolute = estimateFrom(about, figure, certainty, [...group.warnings, ...thinTail(merged, metric)]);
    return { metric, group, values: new Map(quantiles.filter(([, ms]) => ms > 0)), absolute };
  });
}

function roundHistograms(group: VariantRounds, from: QuantileMetric["from"]): Map<number, Histogram> {
  const histograms = new Map<number, Histogram>();
  for (const [round, { load }] of group.records) {
    if (load === undefined || load[from].histogram === "") continue;
    const histogram = decodeHistogram(load[from].histogram);
    if (histogram.total > 0) histograms.set(round, histogram);
  }
  return histograms;
}

function thinTail(merged: Histogram, { p }: QuantileMetric): Warning[] {
  const beyond = merged.total * (1 - p);
  if (beyond >= THIN_TAIL) return [];
  return [
    {
      code: "thin-tail",
      message: `about ${beyond.toFixed(beyond < 1 ? 1 : 0)} requests lie beyond p${Number((p * 100).toPrecision(6))}, too few to place it`,
      fix: `--rounds or --duration ${Math.ceil(THIN_TAIL / beyond)} times as long`,
    },
  ];
}
