import type { SamplerKind } from "../kinds.ts";
import { checkNested, type NestedSampler, type SamplerSpec } from "./nested.ts";

function fieldsOf(sampler: NestedSampler) {
  return {
    others: sampler,
    gateway: sampler.optional(),
    order: sampler.optional(),
    inventory: sampler.optional(),
    payment: sampler.optional(),
    recommendation: sampler.optional(),
  };
}

/**
 * The SDK's ratio sampler decides by the trace id alone, so equal ratios in all services agree. Traces break in production
 * if each team sets its own share, or another sampler: `probability` picks by other bits of the id.
 */
export const byService = (nested: NestedSampler): SamplerKind<ReturnType<typeof fieldsOf>> => ({
  name: "by_service",
  about: "another sampler in some services of orders-chain, as if each team set its own: unequal shares break traces",
  example: "by_service:ratio:0.5,payment=ratio:0.1",
  fields: fieldsOf(nested),
  main: "others",
  traced: true,
  check: checkNested,
  make(config, context) {
    const own = samplerOf(config, context.service);
    return own.kind.make(own.config, context);
  },
  /** Of the service that the load goes to; what the others keep of it differs. */
  probability(config, callersSampled) {
    const front = samplerOf(config, "gateway");
    const isUniform = Object.values(config).every((own) => own === undefined || isSame(own, config.others));
    return isUniform ? front.kind.probability?.(front.config, callersSampled) : undefined;
  },
  volume: () => "unknown",
});

interface Samplers extends Readonly<Record<string, SamplerSpec | undefined>> {
  readonly others: SamplerSpec;
}

function samplerOf(samplers: Samplers, service: string): SamplerSpec {
  return (service === "others" ? undefined : samplers[service]) ?? samplers.others;
}

function isSame(one: SamplerSpec, other: SamplerSpec): boolean {
  return one.text === other.text;
}
