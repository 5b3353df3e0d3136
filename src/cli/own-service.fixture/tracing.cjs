// The usual set-up of a service: everything else comes from OTEL_* variables.
const { NodeSDK } = require("@opentelemetry/sdk-node");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { ExpressInstrumentation } = require("@opentelemetry/instrumentation-express");

const sdk = new NodeSDK({ instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation()] });
sdk.start();
process.once("SIGTERM", () => {
  void sdk.shutdown().finally(() => process.exit(0));
});
