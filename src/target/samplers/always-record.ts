import type { SamplerKind } from "../kinds.ts";
import { checkNested, NestedSamplers, type NestedSampler } from "./nested.ts";

export const alwaysRecord = (nested: NestedSampler): SamplerKind<{ sampler: NestedSampler }> => ({
  name: "always_record",
  needs: "@opentelemetry/sdk-trace@2.9.0",
  about:
    "OpenTelemetry's AlwaysRecord: span processors see every span, and only what another sampler keeps is exported",
  example: "always_record:ratio:0.1",
  fields: { sampler: nested },
  main: "sampler",
  traced: true,
  check: checkNested,
  async make({ sampler }, context) {
    const { createAlwaysRecordSampler } = await import("@opentelemetry/sdk-trace");
    const samplers = new NestedSamplers(context);
    return { sampler: createAlwaysRecordSampler(await samplers.make(sampler)), shutdown: samplers.shutdown };
  },
  probability: ({ sampler }, callersSampled) => sampler.kind.probability?.(sampler.config, callersSampled),
  volume: ({ sampler }) => sampler.kind.volume(sampler.config),
  rateLimit: ({ sampler }) => sampler.kind.rateLimit?.(sampler.config),
});
