import type { SamplerKind } from "../kinds.ts";

export const alwaysOn = always("always_on", "keeps every span, whatever the parent", 1);
export const alwaysOff = always(
  "always_off",
  "keeps nothing: what the instrumentation and the SDK cost all the same",
  0,
);

function always(name: string, about: string, share: 0 | 1): SamplerKind {
  return {
    name,
    about,
    example: name,
    fields: {},
    traced: true,
    async make() {
      const { AlwaysOffSampler, AlwaysOnSampler } = await import("@opentelemetry/sdk-trace");
      return { sampler: share === 1 ? new AlwaysOnSampler() : new AlwaysOffSampler() };
    },
    probability: () => share,
    volume: () => "per request",
    environment: () => ({ OTEL_TRACES_SAMPLER: name }),
    declarative: () => ({ [name]: {} }),
    async composable() {
      const composite = await import("@opentelemetry/sampler-composite");
      return share === 1 ? composite.createComposableAlwaysOnSampler() : composite.createComposableAlwaysOffSampler();
    },
  };
}
