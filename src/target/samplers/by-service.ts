import type { SamplerKind } from "../kinds.ts";
import { makeSampler, samplers } from "./index.ts";
import { refuseNested, samplerSpec } from "./nested.ts";

const fields = {
  others: samplerSpec,
  gateway: samplerSpec.optional(),
  order: samplerSpec.optional(),
  inventory: samplerSpec.optional(),
  payment: samplerSpec.optional(),
  recommendation: samplerSpec.optional(),
};

/**
 * The SDK's ratio sampler decides by the trace id alone, so that equal ratios in all services agree. What breaks traces
 * in production is that each team sets its own share, or another sampler: `probability` picks by other bits of the id.
 */
export const byService: SamplerKind<typeof fields> = {
  name: "by_service",
  about:
    "another sampler in some services of orders-chain, as when each team sets its own: unequal shares break traces",
  example: "by_service:ratio:0.5,payment=ratio:0.1",
  fields,
  main: "others",
  refuse: (config) => refuseNested(...Object.values(config)),
  async check(config, context) {
    for (const spec of Object.values(config)) {
      if (spec === undefined) continue;
      const { kind, config: own } = samplers.parse(spec);
      await kind.check?.(own, context);
    }
  },
  make: (config, context) => makeSampler(own(config, context.service), context),
  /** Of the service that the load goes to; what the others keep of it differs. */
  inclusion(config) {
    const { kind, config: front } = samplers.parse(own(config, "gateway"));
    const differing = Object.entries(config).some(([service, spec]) => service !== "others" && spec !== config.others);
    return differing ? undefined : kind.inclusion?.(front);
  },
};

function own(config: Readonly<Record<string, string | undefined>>, service: string): string {
  return (service === "others" ? undefined : config[service]) ?? config["others"]!;
}
