import assert from "node:assert/strict";
import { test } from "node:test";
import { trace } from "@opentelemetry/api";
import { differencesFromSdk } from "./ledger/sdk-differences.ts";
import { closeBooks, emit, startBackend, traceWith } from "./tracing.fixture.ts";

for (const [sampler, processor, exporter] of [
  ["always_on", "batch", "otlp-http/protobuf"],
  ["always_on", "batch:queue=64,batch=16", "otlp-http/json"],
  ["ratio:0.3", "simple", "otlp-http/json:concurrency=5000"],
] as const) {
  test(`the SDK's own metrics agree with the books: ${sampler}, ${processor}, ${exporter}`, async () => {
    await using backend = await startBackend();
    const tracing = await traceWith({ sampler, processor, exporter, sdkMetrics: true }, backend);
    const unended = trace.getTracer("test").startSpan("unended");
    emit(300);
    await closeBooks(tracing, backend);
    const counts = tracing.counts()!;
    assert.ok(Object.keys(counts.sdkMetrics).length >= 5);
    assert.deepEqual(differencesFromSdk(counts), []);
    assert.notDeepEqual(differencesFromSdk({ ...counts, sampled: counts.sampled + 1 }), []);
    unended.end();
  });
}

test("without being asked for, the SDK's metrics are not collected", async () => {
  const tracing = await traceWith({ exporter: "discard" });
  emit(10);
  await closeBooks(tracing);
  assert.deepEqual(tracing.counts()!.sdkMetrics, {});
});
