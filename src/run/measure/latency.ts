import { decodeFromCompressedBase64, type Histogram } from "hdr-histogram-js";
import type { HistogramText } from "../../load/job.ts";
import type { Latency } from "../../record/trial-record.ts";

/** The quantiles of a histogram of whole µs, in ms, and the histogram itself. */
export function latencyOf(text: HistogramText): Latency {
  return { ...quantilesMs(text, { p50: 50, p90: 90, p99: 99, max: 100 }), histogram: text };
}

export function lateOf(text: HistogramText): { p50: number; p99: number; max: number } {
  return quantilesMs(text, { p50: 50, p99: 99, max: 100 });
}

function quantilesMs<Name extends string>(text: HistogramText, quantiles: Record<Name, number>): Record<Name, number> {
  const histogram: Histogram = decodeFromCompressedBase64(text);
  const entries = Object.entries<number>(quantiles).map(([name, percentile]) => [
    name,
    histogram.totalCount === 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1000,
  ]);
  histogram.destroy();
  return Object.fromEntries(entries) as Record<Name, number>;
}
