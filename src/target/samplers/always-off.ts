import type { SamplerKind } from "../kinds.ts";

const fields = {};

export const alwaysOff: SamplerKind<typeof fields> = {
  name: "always_off",
  about: "keeps nothing; what the instrumentation and the SDK cost even so",
  example: "always_off",
  fields,
  async make() {
    const { AlwaysOffSampler } = await import("@opentelemetry/sdk-trace-base");
    return { sampler: new AlwaysOffSampler() };
  },
  inclusion: () => 0,
};
