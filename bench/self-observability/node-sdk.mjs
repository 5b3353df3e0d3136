/** 20,000 spans of a Node SDK, with all of its metrics of itself: `node node-sdk.mjs FOLDER ORIGIN SPANS`. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [, , folder, origin, spans] = process.argv;
const load = createRequire(join(folder, "package.json"));
const { MeterProvider, PeriodicExportingMetricReader } = load("@opentelemetry/sdk-metrics");
const { OTLPMetricExporter } = load("@opentelemetry/exporter-metrics-otlp-proto");
const { OTLPTraceExporter } = load("@opentelemetry/exporter-trace-otlp-proto");
const { BatchSpanProcessor, TracerProvider } = load("@opentelemetry/sdk-trace");

const metricExporter = new OTLPMetricExporter({ url: `${origin}/v1/metrics` });
const meterProvider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: metricExporter })] });
// each part takes it apart: the provider's alone counts what is started
const selfObsMeterProvider = meterProvider;
const exporter = new OTLPTraceExporter({ url: `${origin}/v1/traces`, selfObsMeterProvider });
const processor = new BatchSpanProcessor({ exporter, selfObsMeterProvider });
const tracers = new TracerProvider({ spanProcessors: [processor], meterProvider });
const tracer = tracers.getTracer("audit");
for (let at = 0; at < Number(spans); at++) {
  tracer.startSpan("work").end();
  if (at % 1000 === 0) await sleep(5);
}
// it fails if its last request is refused
await tracers.shutdown().catch(() => undefined);
await meterProvider.shutdown();
