import type { LoadResult } from "../../load/job.ts";
import type { Load } from "../../record/trial-record.ts";
import { effectiveEpisodes } from "../../fidelity/slow-episodes.ts";
import { lateOf, latencyOf } from "./latency.ts";

export function loadOf(lane: LoadResult): Load {
  const { intended, sent, completed, expectedFailures, unexpected, errors, timeouts, skipped, unfinished } = lane;
  const slowEpisodes = lane.requests && effectiveEpisodes(lane.requests);
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
    elapsedMs: lane.elapsedMs,
    requestsPerSecond: completed / (lane.elapsedMs / 1000),
    lateMs: lateOf(lane.latenessUs),
    responseTime: latencyOf(lane.responseTimeUs),
    serviceTime: latencyOf(lane.serviceTimeUs),
    bytesReceived: lane.bytesReceived,
    ...(slowEpisodes !== undefined && { slowEpisodes }),
  };
}
