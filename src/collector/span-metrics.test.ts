import assert from "node:assert/strict";
import { test } from "node:test";
import { histogramQuantile, readSpanMetrics, since } from "./span-metrics.ts";

/** As Collector 0.161.0 serves it, shortened. */
function page(ok: number, declined: number, slow = 0): string {
  const labels = 'service_name="shop",span_kind="SPAN_KIND_SERVER",span_name="GET /a{b}"';
  const bucket = (le: string, count: number): string =>
    `traces_span_metrics_duration_milliseconds_bucket{${labels},status_code="STATUS_CODE_UNSET",le="${le}"} ${count}`;
  return `# TYPE traces_span_metrics_calls_total counter
traces_span_metrics_calls_total{http_response_status_code="200",${labels},status_code="STATUS_CODE_UNSET"} ${ok}
traces_span_metrics_calls_total{http_response_status_code="402",${labels},status_code="STATUS_CODE_UNSET"} ${declined}
traces_span_metrics_calls_total{${labels.replace("SERVER", "INTERNAL")},status_code="STATUS_CODE_ERROR"} 50
traces_span_metrics_calls_total{${labels.replace("shop", "other")},status_code="STATUS_CODE_ERROR"} 70
${bucket("10", ok)}
${bucket("20", ok + declined)}
${bucket("+Inf", ok + declined + slow)}`;
}

test("server spans of the one service count, failed by their HTTP status or their own", () => {
  const { calls, failed } = readSpanMetrics(page(90, 10), "shop")!;
  assert.deepEqual([calls, failed], [100, 10]);
  assert.equal(readSpanMetrics(page(90, 10), "other")!.failed, 70);
  assert.equal(readSpanMetrics(page(90, 10), "absent"), undefined);
});

test("what was counted before the window is left out", () => {
  const window = since(readSpanMetrics(page(40, 10), "shop"), readSpanMetrics(page(130, 20), "shop")!);
  assert.deepEqual(window, {
    calls: 100,
    failed: 10,
    buckets: [
      [10, 90],
      [20, 100],
      [Infinity, 100],
    ],
  });
});

test("a quantile is found within its bucket, and beyond the last one is its bound", () => {
  const counted = readSpanMetrics(page(90, 10), "shop")!;
  assert.equal(histogramQuantile(0.99, counted), 19);
  assert.equal(histogramQuantile(0.45, counted), 5);
  assert.equal(histogramQuantile(0.99, readSpanMetrics(page(90, 0, 10), "shop")!), 20);
  assert.equal(histogramQuantile(0.5, { buckets: [[Infinity, 0]] }), undefined);
});
