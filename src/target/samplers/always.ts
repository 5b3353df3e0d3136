import type { SamplerKind } from "../kinds.ts";

export const alwaysOn: SamplerKind = {
  name: "always_on",
  about: "keeps every span, whatever the parent",
  example: "always_on",
  fields: {},
  traced: true,
  async make() {
    const { AlwaysOnSampler } = await import("@opentelemetry/sdk-trace");
    return { sampler: new AlwaysOnSampler() };
  },
  probability: () => 1,
  volume: () => "per request",
  environment: () => ({ OTEL_TRACES_SAMPLER: "always_on" }),
  declarative: () => ({ always_on: {} }),
  async composable() {
    const { createComposableAlwaysOnSampler } = await import("@opentelemetry/sampler-composite");
    return createComposableAlwaysOnSampler();
  },
};

export const alwaysOff: SamplerKind = {
  name: "always_off",
  about: "keeps nothing: what the instrumentation and the SDK cost all the same",
  example: "always_off",
  fields: {},
  traced: true,
  async make() {
    const { AlwaysOffSampler } = await import("@opentelemetry/sdk-trace");
    return { sampler: new AlwaysOffSampler() };
  },
  probability: () => 0,
  volume: () => "per request",
  environment: () => ({ OTEL_TRACES_SAMPLER: "always_off" }),
  declarative: () => ({ always_off: {} }),
  async composable() {
    const { createComposableAlwaysOffSampler } = await import("@opentelemetry/sampler-composite");
    return createComposableAlwaysOffSampler();
  },
};
