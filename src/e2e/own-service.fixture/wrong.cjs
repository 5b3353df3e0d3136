// An Express service whose tracing is set up wrongly in the way that WRONG names; rightly without it.
const way = process.env.WRONG;
const endpoint = process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? "http://127.0.0.1:4318/v1/traces";
if (way === "library-first") require("express");
if (way === "disabled") process.env.OTEL_SDK_DISABLED = "true";
if (way === "exporter-none") process.env.OTEL_TRACES_EXPORTER = "none";

function setUp(fields = {}) {
  const { NodeSDK } = require("@opentelemetry/sdk-node");
  const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
  const { ExpressInstrumentation } = require("@opentelemetry/instrumentation-express");
  const startIncomingSpanHook = ({ headers }) => ({ "spantoll.request_id": Number(headers["x-request-id"]) });
  const sdk = new NodeSDK({
    serviceName: way === "unnamed" ? undefined : "shop",
    ...fields,
    instrumentations: [new HttpInstrumentation({ startIncomingSpanHook }), new ExpressInstrumentation()],
  });
  sdk.start();
  if (way !== "no-flush") process.once("SIGTERM", () => void sdk.shutdown().finally(() => process.exit(0)));
}

const http = (url) => new (require("@opentelemetry/exporter-trace-otlp-proto").OTLPTraceExporter)({ url });
const grpc = () =>
  new (require("@opentelemetry/exporter-trace-otlp-grpc").OTLPTraceExporter)({ url: new URL(endpoint).origin });
const batch = (options) => {
  const { BatchSpanProcessor } = require("@opentelemetry/sdk-trace");
  return { spanProcessors: [new BatchSpanProcessor({ exporter: http(endpoint), ...options })] };
};

function unregistered() {
  const { TracerProvider } = require("@opentelemetry/sdk-trace");
  return new TracerProvider(batch({}));
}

const WAYS = {
  "no-sdk": () => {},
  twice: () => [setUp(), setUp()],
  late: () => setTimeout(setUp, 3000),
  unregistered,
  path: () => setUp({ traceExporter: http(endpoint.replace("/v1/traces", "/v1/trace")) }),
  port: () => setUp({ traceExporter: http("http://127.0.0.1:9/v1/traces") }),
  grpc: () => setUp({ traceExporter: grpc() }),
  "ratio-0": () => setUp({ sampler: new (require("@opentelemetry/sdk-trace").TraceIdRatioBasedSampler)(0) }),
  "large-batch": () => setUp(batch({ maxQueueSize: 64, maxExportBatchSize: 512, scheduledDelayMillis: 200 })),
  "long-delay": () => setUp(batch({ scheduledDelayMillis: 60_000 })),
  "always-on": () => setUp({ sampler: new (require("@opentelemetry/sdk-trace").AlwaysOnSampler)() }),
};
(WAYS[way] ?? (() => setUp()))();

function serve() {
  const { trace, ROOT_CONTEXT } = require("@opentelemetry/api");
  const app = require("express")();
  app.get("/items/:id", (request, response) => {
    // what a queue does that does not pass the context on
    if (way === "context-lost") trace.getTracer("shop").startSpan("look up", {}, ROOT_CONTEXT).end();
    response.json({ id: request.params.id });
  });
  app.listen(Number(process.env.PORT), "127.0.0.1");
}
if (way !== "serves elsewhere") serve();
