import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import type { HistogramText, LoadResult } from "../../load/job.ts";
import type { Load } from "../../record/trial-record.ts";
import { effectiveEpisodes } from "../../fidelity/slow-episodes.ts";

export function loadOf(loadResult: LoadResult): Load {
  const { intended, sent, completed, expectedFailures, unexpected, errors, timeouts, skipped, unfinished } = loadResult;
  const { elapsedMs, bytesReceived, responseTimeUs, serviceTimeUs, requests } = loadResult;
  const { p50, p99, p99Low, max } = quantilesMs(loadResult.latenessUs);
  return {
    intended,
    sent,
    completed,
    expectedFailures,
    unexpected,
    errors,
    timeouts,
    skipped,
    unfinished,
    elapsedMs,
    ...(bytesReceived !== undefined && { bytesReceived }),
    requestsPerSecond: completed / (elapsedMs / 1000),
    lateMs: { p50, p99, p99Low, max },
    responseTime: latencyOf(responseTimeUs),
    serviceTime: latencyOf(serviceTimeUs),
    slowEpisodes: effectiveEpisodes(requests),
  };
}

function latencyOf(histogram: HistogramText): Load["responseTime"] {
  const { p50, p90, p99, max } = quantilesMs(histogram);
  return { p50, p90, p99, max, histogram };
}

/**
 * Of a histogram of whole µs. `p99Low` is the lower bound of p99, one-sided 95 %: of n values, n / 100 + 1.645 sqrt(0.0099 n) are
 * above it at most (normal approximation of the binomial). Of 170 values p99 is the second largest, and chance decides it.
 */
function quantilesMs(text: HistogramText): Record<"p50" | "p90" | "p99" | "p99Low" | "max", number> {
  const histogram = decodeFromCompressedBase64(text);
  const n = histogram.totalCount;
  const at = (percentile: number): number => (n === 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1000);
  const aboveLow = Math.min(n, n / 100 + 1.645 * Math.sqrt(0.0099 * n) + 1);
  const p99Low = n === 0 ? 0 : at(100 * (1 - aboveLow / n));
  const quantiles = { p50: at(50), p90: at(90), p99: at(99), p99Low, max: at(100) };
  histogram.destroy();
  return quantiles;
}
