import type { SamplerKind } from "../kinds.ts";

const fields = {};

export const alwaysOn: SamplerKind<typeof fields> = {
  name: "always_on",
  about: "keeps every span, whatever the parent",
  example: "always_on",
  fields,
  async make() {
    const { AlwaysOnSampler } = await import("@opentelemetry/sdk-trace-base");
    return { sampler: new AlwaysOnSampler() };
  },
  inclusion: () => 1,
};
