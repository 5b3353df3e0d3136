/** What a Collector between services and backend needs at the user's traffic, by its own measured figures. */
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Candidate } from "./candidate.ts";
import { mapFigure, type Figure } from "./figures.ts";
import { distance, type Traffic } from "./traffic.ts";

/** The queue of a Collector's exporter, by its configuration. */
export interface CollectorQueue {
  /** On disk. */
  readonly persists: boolean;
  readonly size: number;
  readonly sizer: "requests" | "items" | "bytes";
  readonly maxIntervalMs: number;
  /** A batch is given up after this; 0: it is not tried again. */
  readonly maxElapsedMs: number;
}

export interface CollectorAdvice {
  /** All of the traffic goes through one Collector. */
  readonly requestsPerSecond: number;
  /** Over the load that it was measured at. */
  readonly factor: number;
  readonly measuredPerSecond: number;
  readonly cores: Need;
  readonly memoryBytes: Need;
  readonly outage?: CollectorOutage;
}

/** `not settled`: the load is too far from the measured one, or the figure has no interval. */
export type Need =
  | { readonly state: "settled"; readonly figure: Figure }
  | { readonly state: "not settled"; readonly because: "traffic" | "no interval" }
  | { readonly state: "unknown" };

export interface CollectorOutage {
  readonly outageMs: number;
  /** What waits until the last retry after the outage; undefined if the spans it sends were not counted. */
  readonly spans?: number;
  /** What its queue holds; undefined if its configuration or the size of its requests is not known. */
  readonly holds?: number;
  readonly isOnDisk: boolean;
  /** `given up`: its retries may end before the backend is back. */
  readonly verdict: "enough" | "too small" | "given up" | "unknown";
}

/** As a limit on CPU in µs: see limits.ts. */
const CORES_HOLD_WITHIN = 10;
/** Memory follows what waits in processors and queue: it is known up to near the measured load. */
const MEMORY_HOLDS_WITHIN = 1.5;
/** A pause is drawn from half to one and a half of its length: configretry's randomization factor of 0.5. */
const LONGEST_PAUSE = 1.5;

/** Undefined if no Collector was measured beside the variant. `queue`: undefined if its configuration is not known. */
export function adviseCollector(
  candidate: Candidate,
  {
    traffic,
    outageMs,
    queue,
  }: { traffic?: Traffic | undefined; outageMs?: number | undefined; queue?: CollectorQueue | undefined },
): CollectorAdvice | undefined {
  const { service, figures, rates } = candidate;
  const measuredPerSecond = rates.get("cost");
  if (service?.collector === undefined || candidate.variant.collector === undefined || measuredPerSecond === undefined)
    return undefined;
  const requestsPerSecond = traffic?.requestsPerSecond ?? measuredPerSecond;
  const factor = requestsPerSecond / measuredPerSecond;
  const cores = figures.collectorCpuUs && mapFigure(figures.collectorCpuUs, (us) => (us * requestsPerSecond) / 1e6);
  const outage = outageMs === undefined ? undefined : outageOf(candidate, outageMs, requestsPerSecond, queue);
  return {
    requestsPerSecond,
    factor,
    measuredPerSecond,
    cores: needOf(cores, distance(factor) <= CORES_HOLD_WITHIN),
    memoryBytes: needOf(figures.collectorRssBytes, factor <= MEMORY_HOLDS_WITHIN),
    ...(outage && { outage }),
  };
}

function needOf(figure: Figure | undefined, isNear: boolean): Need {
  if (figure === undefined) return { state: "unknown" };
  if (!isNear) return { state: "not settled", because: "traffic" };
  const { center, low, high, n } = figure;
  if (low === undefined) return { state: "not settled", because: "no interval" };
  return { state: "settled", figure: { center, low, high, n } };
}

function outageOf(
  { figures, records }: Candidate,
  outageMs: number,
  requestsPerSecond: number,
  queue: CollectorQueue | undefined,
): CollectorOutage {
  const stored = figures.storedSpans;
  const isOnDisk = queue?.persists === true;
  if (queue === undefined || stored === undefined) return { outageMs, isOnDisk, verdict: "unknown" };
  const pauseMs = LONGEST_PAUSE * queue.maxIntervalMs;
  const spans = Math.ceil((requestsPerSecond * (stored.high ?? stored.center) * (outageMs + pauseMs)) / 1000);
  if (outageMs > queue.maxElapsedMs - pauseMs) return { outageMs, spans, isOnDisk, verdict: "given up" };
  const spansOf = { items: 1, requests: spansPerBatch(records), bytes: undefined }[queue.sizer];
  if (spansOf === undefined) return { outageMs, spans, isOnDisk, verdict: "unknown" };
  const holds = Math.floor(queue.size * spansOf);
  return { outageMs, spans, holds, isOnDisk, verdict: spans <= holds ? "enough" : "too small" };
}

/** Spans of a request that reached the backend; undefined if none did. */
function spansPerBatch(records: readonly TrialRecord[]): number | undefined {
  let [spans, batches] = [0, 0];
  for (const { ledger, sink } of records) {
    spans += ledger?.received ?? 0;
    batches += sink?.batches ?? 0;
  }
  return spans === 0 || batches === 0 ? undefined : spans / batches;
}
