import type { CollectorFacts } from "../../collector/configuration.ts";
import type { CollectorCounts, DroppedInLog } from "../../collector/metrics-text.ts";
import type { LoadResult } from "../../load/job.ts";
import type { CollectorEnd } from "../../record/collector-ledger.ts";
import type { CollectorResources } from "../../record/trial-record.ts";

/** What is known of a Collector at its end. */
export interface CollectorReading {
  readonly facts: CollectorFacts;
  /** Of its binary, if that has one. */
  readonly version: string | undefined;
  /** As last scraped; all of its life, unless `died`. */
  readonly counts: CollectorCounts | undefined;
  /** Those of its counts when the window opened. */
  readonly bytesInAtOpen: number | undefined;
  readonly dropped: DroppedInLog;
  /** It held spans when it was asked to end, and had not ended when time was up. */
  readonly isCutOff: boolean;
  /** How it ended, if it did so by itself. */
  readonly died: string | undefined;
  /** Kernel accounting, from the opening of the window. */
  readonly cpuUs: number | undefined;
  /** The same by its own metrics: the second instrument. */
  readonly cpuUsSelfReported: number | undefined;
  readonly rssPeakBytes: number | undefined;
  readonly queuePeak: number | undefined;
  /** Spans in its store, if it has one that answers. */
  readonly stored: number | undefined;
  /** What it serves for Prometheus, if it counts spans: at the window's opening and after it. */
  readonly spanMetrics: { readonly before: string; readonly after: string } | undefined;
}

/** What the ledger takes from a Collector's reading. A killed one has not answered to the end: what it accepted is unknown. */
export function collectorEndOf(reading: CollectorReading): CollectorEnd {
  const { counts, dropped, facts, died, isCutOff, stored } = reading;
  const isKnown = died === undefined && counts !== undefined;
  return {
    ...(isKnown && { accepted: counts.accepted, refused: counts.refused }),
    refusedByProcessor: counts?.refusedByProcessor ?? 0,
    sendFailed: Math.max(counts?.sendFailed ?? 0, dropped.before),
    enqueueFailed: counts?.enqueueFailed ?? 0,
    droppedAtExit: dropped.atExit,
    isCutOff,
    samples: facts.samples,
    isOnDisk: facts.persists && (counts?.queueSize ?? 0) > 0,
    ...(stored !== undefined && { stored }),
  };
}

/** Whether nothing of the warm-up is left to decide in the window, or at least one whole wait. Else its CPU is unknown. */
export function isSteady({ facts, spanMetrics }: Pick<CollectorReading, "facts" | "spanMetrics">, warmupMs: number) {
  return spanMetrics !== undefined || (facts.decisionMs ?? 0) <= warmupMs;
}

/** Of a window in which so many requests were completed. */
export function collectorResources(
  reading: CollectorReading,
  isCpuKnown: boolean,
  { completed, ...sent }: Pick<LoadResult, "completed"> & Pick<CollectorResources, "bytesOut" | "bytesOutPerRequest">,
): CollectorResources {
  const { version, rssPeakBytes, queuePeak, counts } = reading;
  const { cpuUs, cpuUsSelfReported }: Partial<CollectorReading> = isCpuKnown ? reading : {};
  return {
    version,
    cpuUs,
    cpuUsPerRequest: cpuUs === undefined ? undefined : cpuUs / completed,
    cpuUsSelfReported,
    rssPeakBytes,
    queuePeak,
    bytesIn: counts?.bytesIn,
    tailTraces: counts?.tailTraces,
    tracesDroppedEarly: counts?.traceDroppedEarly,
    lateArrivals: counts?.lateArrivals,
    ...sent,
  };
}
