import type { Warning } from "../record/index.ts";
import type { QuantileMetric } from "./metrics.ts";
import type { VariantRounds } from "./rounds.ts";
import { seriesFrom, type Certainty, type Series } from "./series.ts";
import { decodeHistogram, quantile, type Histogram } from "./statistics/histogram.ts";

const US_PER_MS = 1000;
/** Below this many requests beyond a quantile in all, the quantile is a matter of luck. */
const THIN_TAIL = 10;

/** One series for each quantile, of the rounds' own quantiles in ms: one stalled round is one round of n, as in every other metric. */
export function quantileSeries(
  group: VariantRounds,
  metrics: readonly QuantileMetric[],
  certainty: Certainty,
): Series[] {
  const from = metrics[0]?.from;
  if (from === undefined) return [];
  const rounds = [...roundHistograms(group, from)];
  const requests = rounds.reduce((sum, [, { total }]) => sum + total, 0);
  return metrics.flatMap((metric) => {
    const values = rounds.map(([round, histogram]) => [round, quantile(histogram, metric.p) / US_PER_MS] as const);
    return seriesFrom(group, metric, values, certainty, thinTail(requests, metric)) ?? [];
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

function thinTail(requests: number, { p }: QuantileMetric): Warning[] {
  const beyond = requests * (1 - p);
  if (beyond >= THIN_TAIL) return [];
  return [
    {
      code: "thin-tail",
      message: `about ${beyond.toFixed(beyond < 1 ? 1 : 0)} requests lie beyond p${Number((p * 100).toPrecision(6))}, too few to place it`,
      cure: `--rounds or --duration ${Math.ceil(THIN_TAIL / beyond)} times as long`,
    },
  ];
}
