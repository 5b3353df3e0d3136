import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import type { HistogramText, LoadResult } from "../../load/job.ts";
import type { Load } from "../../record/trial-record.ts";
import { effectiveEpisodes } from "../../fidelity/slow-episodes.ts";

export function loadOf(lane: LoadResult): Load {
  const { intended, sent, completed, expectedFailures, unexpected, errors, timeouts, skipped, unfinished } = lane;
  const { elapsedMs, bytesReceived, responseTimeUs, serviceTimeUs, requests } = lane;
  const { p50, p99, max } = quantilesMs(lane.latenessUs);
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
    bytesReceived,
    requestsPerSecond: completed / (elapsedMs / 1000),
    lateMs: { p50, p99, max },
    responseTime: { ...quantilesMs(responseTimeUs), histogram: responseTimeUs },
    serviceTime: { ...quantilesMs(serviceTimeUs), histogram: serviceTimeUs },
    slowEpisodes: requests && effectiveEpisodes(requests),
  };
}

/** Of a histogram of whole µs. */
function quantilesMs(text: HistogramText): { p50: number; p90: number; p99: number; max: number } {
  const histogram = decodeFromCompressedBase64(text);
  const at = (percentile: number): number =>
    histogram.totalCount === 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1000;
  const quantiles = { p50: at(50), p90: at(90), p99: at(99), max: at(100) };
  histogram.destroy();
  return quantiles;
}
