/** Processes without an SDK: there is no sampler to make. */
import type { SamplerKind } from "../kinds.ts";

// Python's auto-instrumentation fails unless all three exporters are off.
const DISABLED = {
  OTEL_SDK_DISABLED: "true",
  OTEL_TRACES_EXPORTER: "none",
  OTEL_METRICS_EXPORTER: "none",
  OTEL_LOGS_EXPORTER: "none",
};

const untraced = (name: string, about: string): SamplerKind => ({
  name,
  about,
  example: name,
  fields: {},
  traced: false,
  make: () => Promise.reject(new Error(`${name} makes no sampler`)),
  volume: () => "unknown",
  environment: () => DISABLED,
});

export const none = untraced("none", "loads nothing of tracing: the baseline of every run");
export const noop = untraced("noop", "loads the instrumentation and no SDK: what the API's no-ops cost");
