// The usual set-up of a service: everything else comes from OTEL_* variables.
const { NodeSDK } = require("@opentelemetry/sdk-node");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { ExpressInstrumentation } = require("@opentelemetry/instrumentation-express");

// where it is asked to: which request a span is of
const requestHeaders = process.env.NAME_REQUESTS ? ["x-request-id"] : [];
// a pipeline that variables do not change
const fixedPipeline = () => {
  const { AlwaysOnSampler } = require("@opentelemetry/sdk-trace-base");
  const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-http");
  return { sampler: new AlwaysOnSampler(), traceExporter: new OTLPTraceExporter() };
};
const sdk = new NodeSDK({
  ...(process.env.FIXED_PIPELINE ? fixedPipeline() : {}),
  instrumentations: [
    new HttpInstrumentation({ headersToSpanAttributes: { server: { requestHeaders } } }),
    new ExpressInstrumentation(),
  ],
});
sdk.start();
for (const signal of ["SIGTERM", "SIGINT"])
  process.once(signal, () => {
    void sdk.shutdown().finally(() => process.exit(0));
  });
