import { total } from "../../base/sum-of.ts";
import { histogramQuantile, readSpanMetrics, since } from "../../collector/span-metrics.ts";
import type { LoadResult } from "../../load/job.ts";
import type { Load, TrialRecord } from "../../record/trial-record.ts";
import type { CollectorReading } from "../collector/collector-reading.ts";

/** What a dashboard over the Collector's span metrics shows of the window, and what is true; undefined if there are none. */
export function dashboardOf(
  { spanMetrics }: Pick<CollectorReading, "spanMetrics">,
  service: string,
  { requests }: Pick<LoadResult, "requests">,
  { completed, responseTime }: Pick<Load, "completed" | "responseTime">,
): TrialRecord["dashboard"] {
  if (spanMetrics === undefined || requests === undefined) return undefined;
  const counted = readSpanMetrics(spanMetrics.after, service);
  // spans, but none of this name: the service has another one of its own
  const isUnknown = counted === undefined && spanMetrics.after.includes("calls_total{");
  const shown = counted && since(readSpanMetrics(spanMetrics.before, service), counted);
  const failed = total(requests.status, (status) => (status >= 400 ? 1 : 0));
  const p99 = shown && histogramQuantile(0.99, shown);
  return {
    requests: { truth: completed, ...(!isUnknown && { estimate: shown?.calls ?? 0 }) },
    errorRate: {
      truth: failed / completed,
      ...(shown !== undefined && shown.calls > 0 && { estimate: shown.failed / shown.calls }),
    },
    p99Ms: { truth: responseTime.p99, ...(p99 !== undefined && { estimate: p99 }) },
  };
}
