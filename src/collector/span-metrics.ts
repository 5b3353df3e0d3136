import { seriesIn } from "./metrics-text.ts";

/** Calls and durations of the server spans of one service, as spanmetrics counts them. */
export interface SpanMetrics {
  readonly calls: number;
  /** Answered with a status of 400 or more, or with span status ERROR. */
  readonly failed: number;
  /** Spans that took at most so many ms, ascending; the last is Infinity. */
  readonly buckets: readonly (readonly [upToMs: number, count: number])[];
}

const CALLS = /^(?:\w+_)?calls_total$/;
const BUCKET = /^(?:\w+_)?duration_(milliseconds|seconds)_bucket$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
const FAILED = /^[45]\d\d$/;

/** Reads the Prometheus text of a `spanmetrics` connector. Undefined if the service has no server span in it. */
export function readSpanMetrics(text: string, service: string): SpanMetrics | undefined {
  let [calls, failed] = [0, 0];
  const buckets = new Map<number, number>();
  for (const { name, labels: labelText, value } of seriesIn(text)) {
    const unit = BUCKET.exec(name)?.[1];
    if (unit === undefined && !CALLS.test(name)) continue;
    const labels = Object.fromEntries(labelText.matchAll(LABEL).map(([, label, own]) => [label!, own!]));
    if (labels["service_name"] !== service || labels["span_kind"] !== "SPAN_KIND_SERVER") continue;
    if (unit === undefined) {
      calls += value;
      if (isFailed(labels)) failed += value;
    } else {
      const upTo = labels["le"] === "+Inf" ? Infinity : Number(labels["le"]) * (unit === "seconds" ? 1000 : 1);
      if (!Number.isNaN(upTo)) buckets.set(upTo, (buckets.get(upTo) ?? 0) + value);
    }
  }
  if (calls === 0) return undefined;
  return { calls, failed, buckets: [...buckets].toSorted(([a], [b]) => a - b) };
}

function isFailed(labels: Readonly<Record<string, string>>): boolean {
  const status = labels["http_response_status_code"] ?? labels["http_status_code"] ?? "";
  return FAILED.test(status) || labels["status_code"] === "STATUS_CODE_ERROR";
}

/** What was counted since `before`; all of it if there was nothing before. */
export function since(before: SpanMetrics | undefined, { calls, failed, buckets }: SpanMetrics): SpanMetrics {
  if (before === undefined) return { calls, failed, buckets };
  const earlier = new Map(before.buckets);
  return {
    calls: calls - before.calls,
    failed: failed - before.failed,
    buckets: buckets.map(([upTo, count]) => [upTo, count - (earlier.get(upTo) ?? 0)]),
  };
}

/** As Prometheus' histogram_quantile: linear within a bucket, and the last finite bound beyond it. Undefined without any span. */
export function histogramQuantile(share: number, { buckets }: Pick<SpanMetrics, "buckets">): number | undefined {
  const rank = share * (buckets.at(-1)?.[1] ?? 0);
  const at = buckets.findIndex(([, count]) => count >= rank);
  if (rank === 0 || at === -1) return undefined;
  const [upTo, count] = buckets[at]!;
  const [from, below] = buckets[at - 1] ?? [0, 0];
  return upTo === Infinity ? from : from + ((upTo - from) * (rank - below)) / (count - below);
}
