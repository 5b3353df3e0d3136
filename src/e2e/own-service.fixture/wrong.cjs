// An Express service whose tracing is set up wrongly in the ways that WRONG names; rightly without it.
const ways = (process.env.WRONG ?? "").split(",");
const is = (way) => ways.includes(way);
const endpoint = `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? "http://127.0.0.1:4318"}/v1/traces`;
if (is("library-first")) require("express");
const early = is("http-first") && require("node:http");
if (is("disabled")) process.env.OTEL_SDK_DISABLED = "true";
// as a logger has one
const { Worker } = require("node:worker_threads");
const logger = is("worker") && new Worker("setInterval(() => {}, 1000)", { eval: true });
if (logger) logger.unref();
if (is("exporter-none")) process.env.OTEL_TRACES_EXPORTER = "none";

const name = is("unnamed") ? undefined : "shop";
const instrumentations = () => {
  const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
  const { ExpressInstrumentation } = require("@opentelemetry/instrumentation-express");
  const startIncomingSpanHook = ({ headers }) => ({ "spantoll.request_id": Number(headers["x-request-id"]) });
  return [new HttpInstrumentation({ startIncomingSpanHook }), new ExpressInstrumentation()];
};

function startSdk() {
  const { NodeSDK } = require("@opentelemetry/sdk-node");
  const sdk = new NodeSDK({ serviceName: name, instrumentations: instrumentations() });
  sdk.start();
  return sdk;
}

/** The other usual set-up. It loads far less. */
function registerProvider(fields) {
  const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");
  const { registerInstrumentations } = require("@opentelemetry/instrumentation");
  const { defaultResource, resourceFromAttributes } = require("@opentelemetry/resources");
  const resource = defaultResource().merge(resourceFromAttributes(name ? { "service.name": name } : {}));
  const provider = new NodeTracerProvider({ resource, ...batch({}), ...fields });
  provider.register();
  registerInstrumentations({ instrumentations: instrumentations() });
  return provider;
}

function setUp(fields) {
  const sdk = fields ? registerProvider(fields) : startSdk();
  const flush = () => process.once("SIGTERM", () => void sdk.shutdown().finally(() => process.exit(0)));
  if (is("listens-late")) setTimeout(flush, 1000);
  else if (!is("no-flush")) flush();
}

const http = (url) => new (require("@opentelemetry/exporter-trace-otlp-proto").OTLPTraceExporter)({ url });
const grpc = () =>
  new (require("@opentelemetry/exporter-trace-otlp-grpc").OTLPTraceExporter)({ url: new URL(endpoint).origin });
function batch(options, exporter = http(endpoint)) {
  const { BatchSpanProcessor } = require("@opentelemetry/sdk-trace-node");
  return { spanProcessors: [new BatchSpanProcessor(exporter, options)] };
}

function consoleToo() {
  const { SimpleSpanProcessor, ConsoleSpanExporter } = require("@opentelemetry/sdk-trace-node");
  return [new SimpleSpanProcessor(new ConsoleSpanExporter())];
}

/** What goes with other ways, too. */
function also() {
  const { TraceIdRatioBasedSampler, AlwaysOnSampler } = require("@opentelemetry/sdk-trace-node");
  // room for all spans of a check
  const large = { maxQueueSize: 512, maxExportBatchSize: 1024, scheduledDelayMillis: 200 };
  return {
    ...(is("grpc") && batch({}, grpc())),
    ...(is("large-batch") && batch(large)),
    ...(is("ratio-0") && { sampler: new TraceIdRatioBasedSampler(0) }),
    ...(is("always-on") && { sampler: new AlwaysOnSampler() }),
  };
}

function unregistered() {
  const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");
  return new NodeTracerProvider(batch({}));
}

const WAYS = {
  "no-sdk": () => {},
  twice: () => [setUp(also()), setUp()],
  late: () => setTimeout(() => setUp(also()), 3000),
  lazy: () => {},
  unregistered,
  path: () => setUp(batch({}, http(endpoint.replace("/v1/traces", "/v1/trace")))),
  port: () => setUp(batch({}, http("http://127.0.0.1:9/v1/traces"))),
  grpc: () => setUp(also()),
  "ratio-0": () => setUp(also()),
  "large-batch": () => setUp(also()),
  "two-exporters": () => setUp({ spanProcessors: [...batch({}).spanProcessors, ...batch({}).spanProcessors] }),
  console: () => setUp({ spanProcessors: [...batch({}).spanProcessors, ...consoleToo()] }),
  "long-delay": () => setUp(batch({ scheduledDelayMillis: 60_000 })),
  "always-on": () => setUp(also()),
  "library-first": () => setUp(also()),
};
(WAYS[ways[0]] ?? (() => setUp()))();

function serve() {
  const { trace, ROOT_CONTEXT } = require("@opentelemetry/api");
  const app = require("express")();
  let isSetUp = !is("lazy");
  app.use((_request, _response, next) => {
    if (!isSetUp) setUp({});
    isSetUp = true;
    next();
  });
  app.get("/items/:id", (request, response) => {
    // what a queue does that does not pass the context on
    if (is("context-lost")) trace.getTracer("shop").startSpan("look up", {}, ROOT_CONTEXT).end();
    response.json({ id: request.params.id });
  });
  app.listen(Number(process.env.PORT), "127.0.0.1");
}
if (early) early.createServer((_, response) => response.end("{}")).listen(process.env.PORT, "127.0.0.1");
else if (!is("serves elsewhere")) serve();
