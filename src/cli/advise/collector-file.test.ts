import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfiguration, sendingQueueIn } from "../../collector/configuration.ts";
import { type Variant, variantSchema } from "../../plan/variant.ts";
import { samplerSpec } from "../../spec/scenario.ts";
import { collectorQueueOf, policyOf } from "./collector-file.ts";

const via = (collector: string): Variant =>
  variantSchema.parse({
    id: "x",
    sampler: "always_on",
    processor: "batch",
    exporter: "otlp-grpc",
    backend: "healthy",
    collector,
  });

test("the queue of a Collector is that of its configuration, with a Collector's defaults", () => {
  const usual = { persists: false, size: 1000, sizer: "requests", maxIntervalMs: 30_000, maxElapsedMs: 300_000 };
  assert.deepEqual(collectorQueueOf(via("batch")), usual);
  const onDisk = { persists: true, size: 1e6, sizer: "items", maxIntervalMs: 1000, maxElapsedMs: 300_000 };
  assert.deepEqual(collectorQueueOf(via("persistent-queue")), onDisk);
  assert.equal(collectorQueueOf(via("file:not-there.yaml")), undefined);
  const queueOf = (settings: string) =>
    sendingQueueIn(
      readConfiguration(
        `{ exporters: { otlp_http: { traces_endpoint: "\${env:SINK_URL}", ${settings} } }, service: { pipelines: {} } }`,
      ),
    );
  assert.equal(queueOf("sending_queue: { queue_size: '${env:SIZE:-70}' }")!.size, 70);
  assert.equal(queueOf("retry_on_failure: { enabled: false }")!.maxElapsedMs, 0);
  assert.equal(queueOf("retry_on_failure: { max_elapsed_time: 0 }")!.maxElapsedMs, Infinity);
  assert.equal(queueOf("retry_on_failure: { max_elapsed_time: 1h2m3.5s }")!.maxElapsedMs, 3_723_500);
  assert.equal(queueOf("sending_queue: { enabled: false }"), undefined);
  assert.equal(queueOf("sending_queue: nonsense"), undefined);
});

test("a tail sampler and a Collector have one policy if both keep the same traces, whatever their waits", () => {
  const inService = (sampler: string) => policyOf({ ...via("none"), sampler: samplerSpec.parse(sampler) });
  const own = inService("tail:errors,slow=250ms,ratio=0.05");
  assert.equal(policyOf(via("tail-sampling:share=0.05,wait=7s,traces=9")), own);
  assert.equal(policyOf(via("spanmetrics:behind=tail_sampling,share=0.05")), own);
  for (const other of ["tail-sampling:share=0.1", "tail-sampling:share=0.05,slow=100ms"])
    assert.notEqual(policyOf(via(other)), own);
  // it samples otherwise, keeps all, or cannot be read
  for (const none of [
    "probabilistic-sampler:0.05",
    "rate-limit",
    "spanmetrics",
    "batch",
    "file:not-there.yaml",
    "none",
  ])
    assert.equal(policyOf(via(none)), undefined, none);
});
