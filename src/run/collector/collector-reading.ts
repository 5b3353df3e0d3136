import type { CollectorFacts } from "../../collector/configuration.ts";
import type { CollectorCounts, DroppedInLog } from "../../collector/metrics-text.ts";

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
