import assert from "node:assert/strict";
import { test } from "node:test";
import type { Environment } from "./collector-kind.ts";
import { collectors } from "./index.ts";
import { collectorFacts, readConfiguration, readConfigurationFile } from "./configuration.ts";
import { collectorCounts, droppedInLog } from "./metrics-text.ts";

/** As Collector 0.161.0 wrote it, shortened. */
const COLLECTOR = `# TYPE otelcol_receiver_accepted_spans counter
otelcol_receiver_accepted_spans{receiver="otlp",transport="http"} 12
otelcol_receiver_accepted_spans{receiver="otlp",transport="grpc"} 30
otelcol_receiver_failed_spans{receiver="otlp",transport="http"} 4
otelcol_receiver_refused_spans{receiver="otlp",transport="http"} 5
otelcol_processor_memory_limiter_refused_spans{processor="memory_limiter"} 5
otelcol_exporter_sent_spans{exporter="otlp_http"} 20
otelcol_exporter_sent_spans{exporter="debug"} 1000
otelcol_exporter_send_failed_spans{exporter="otlp_http"} 7
otelcol_exporter_enqueue_failed_spans{exporter="otlp_http"} 8
otelcol_exporter_queue_size{data_type="traces",exporter="otlp_http"} 3
otelcol_exporter_queue_capacity{data_type="traces",exporter="otlp_http"} 1000
http_server_request_body_size_bucket{http_route="/v1/traces",le="+Inf"} 9
http_server_request_body_size_sum{http_route="/v1/traces",url_scheme="http"} 4.5e+03
otelcol_processor_tail_sampling_global_count_traces_sampled{decision="not_sampled",sampled="false"} 500
otelcol_processor_tail_sampling_global_count_traces_sampled{decision="sampled",sampled="true"} 300
otelcol_processor_tail_sampling_sampling_trace_dropped_too_early 21
otelcol_processor_tail_sampling_sampling_late_span_age_bucket{le="+Inf"} 652
otelcol_processor_tail_sampling_sampling_late_span_age_count 652
otelcol_process_cpu_seconds 0.02
otelcol_exporter_sent_spans{exporter="otlp_http"} NaN`;

/** As Jaeger 1.76.0 wrote it: with _total, and a scope. */
const JAEGER = `otelcol_receiver_accepted_spans_total{otel_scope_name="x/receiverhelper",otel_scope_version="",receiver="otlp",transport="http"} 2
otelcol_exporter_sent_spans_total{exporter="jaeger_storage_exporter",otel_scope_name="x/exporterhelper"} 2
otelcol_exporter_sent_spans_total{exporter="otlphttp",otel_scope_name="x/exporterhelper"} 1
otelcol_process_cpu_seconds_total{otel_scope_name="x/service"} 0.05`;

test("counts are read with and without _total, of the exporters that send to the sink", () => {
  const { accepted, refused, refusedByProcessor, sent, sendFailed, enqueueFailed, queueSize, bytesIn, cpuSeconds } =
    collectorCounts(COLLECTOR, ["otlp_http"]);
  assert.deepEqual([accepted, refused, refusedByProcessor], [42, 9, 5]);
  assert.deepEqual([sent, sendFailed, enqueueFailed, queueSize], [20, 7, 8, 3]);
  assert.deepEqual([bytesIn, cpuSeconds], [4500, 0.02]);
  const { tailTraces, traceDroppedEarly, lateArrivals } = collectorCounts(COLLECTOR, ["otlp_http"]);
  assert.deepEqual([tailTraces, traceDroppedEarly, lateArrivals], [821, 21, 652]);
  const jaeger = collectorCounts(JAEGER, ["otlphttp"]);
  assert.deepEqual([jaeger.accepted, jaeger.sent, jaeger.cpuSeconds], [2, 1, 0.05]);
});

test("what is dropped at exit stands in the log after the signal, of the exporters that send to the sink", () => {
  const line = (id: string, count: number, word = "dropped"): string =>
    `{"level":"error","msg":"Exporting failed.","otelcol.component.id":"${id}","${word}_items":${count},"stacktrace":"x"}`;
  const facts = { sinkExporters: ["otlp_http"], persists: false, samples: false };
  const log = [
    line("otlp_http", 3),
    // enqueue failures while it runs are in the metrics
    line("otlp_http", 99, "rejected"),
    '{"level":"info","msg":"Received signal from OS","signal":"terminated"}',
    line("otlp_http", 512),
    line("otlp_http", 8, "rejected"),
    line("debug", 1000),
  ].join("\n");
  assert.deepEqual(droppedInLog(log, facts), { before: 3, atExit: 520, isComplete: false });
  const kept = line("otlp_http", 512).replace("failed.", "failed: interrupted due to shutdown");
  const ended = `${log}\n${kept}\n{"level":"info","msg":"Shutdown complete."}`;
  assert.deepEqual(droppedInLog(ended, { ...facts, persists: true }), { before: 3, atExit: 520, isComplete: true });
});

const factsOf = (text: string) => collectorFacts(readConfiguration(text));

test("a configuration says whether it samples, and whether its queue is on disk", () => {
  const facts = factsOf(`
exporters:
  otlp_http/sink: { traces_endpoint: "\${env:SINK_URL}", sending_queue: { storage: file_storage } }
  debug:
service: { pipelines: { traces: { receivers: [otlp], processors: [tail_sampling/mine], exporters: [otlp_http/sink] } } }`);
  assert.deepEqual(facts, {
    samples: true,
    persists: true,
    sinkExporters: ["otlp_http/sink"],
    decisionMs: 31_000,
  });
  assert.throws(() => factsOf("exporters: { debug: }"), /SINK_URL/);
});

test("a configuration that keeps so much a second says when all of it is decided", () => {
  const decidedAfterMs = (spec: string) => {
    const { kind, config } = collectors.parse(spec);
    const files = { configuration: kind.file!(config), environment: kind.environment!(config) };
    return readConfigurationFile(files, collectorFacts).decidedAfterMs;
  };
  assert.equal(decidedAfterMs("rate-limit:100,wait=3s"), 4000);
  assert.equal(decidedAfterMs("tail-sampling"), undefined);
  // of the processor that is used, in Go's notation; by default if it cannot be read
  const decidedBy = (setting: string) =>
    factsOf(`
processors:
  tail_sampling/other: { decision_wait: 3s }
  tail_sampling: { ${setting} policies: [{ name: limit, type: rate_limiting }] }
exporters: { otlp_http: { traces_endpoint: "\${env:SINK_URL}" } }
service: { pipelines: { traces: { processors: [tail_sampling] } } }`).decidedAfterMs;
  assert.equal(decidedBy("decision_wait: 1m30s500000us,"), 91_500);
  assert.equal(decidedBy(`decision_wait: "\${env:WAIT}",`), 31_000);
  assert.equal(decidedBy(""), 31_000);
});

test("a configuration's variables have the values of its spec, or their defaults", () => {
  const { kind, config } = collectors.parse("tail-sampling:share=7%,traces=5");
  const text =
    'processors: { a: "${env:NUM_TRACES:-100}", b: ["${env:DECISION_WAIT:-9s}"], c: "is ${env:OTHER:-[a]}", d: "${env:LIST:-[]}" }';
  const processorsBy = (environment?: Environment) => readConfiguration(text, environment).processors;
  assert.deepEqual(processorsBy(kind.environment!(config)), { a: 5, b: ["2000ms"], c: "is [a]", d: [] });
  assert.deepEqual(processorsBy(), { a: 100, b: ["9s"], c: "is [a]", d: [] });
});
