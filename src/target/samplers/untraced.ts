/** Processes without an SDK: there is no sampler to make. */
import type { SamplerKind } from "../kinds.ts";

// Python's auto-instrumentation fails unless all three exporters are off.
const DISABLED = {
  OTEL_SDK_DISABLED: "true",
  OTEL_TRACES_EXPORTER: "none",
  OTEL_METRICS_EXPORTER: "none",
  OTEL_LOGS_EXPORTER: "none",
};

export const none: SamplerKind = {
  name: "none",
  about: "loads nothing of tracing: the baseline of every run",
  example: "none",
  fields: {},
  traced: false,
  make: () => Promise.reject(new Error("none makes no sampler")),
  volume: () => "unknown",
  environment: () => DISABLED,
};

export const noop: SamplerKind = {
  name: "noop",
  about: "loads the instrumentation and no SDK: what the API's no-ops cost",
  example: "noop",
  fields: {},
  traced: false,
  make: () => Promise.reject(new Error("noop makes no sampler")),
  volume: () => "unknown",
  environment: () => DISABLED,
};
