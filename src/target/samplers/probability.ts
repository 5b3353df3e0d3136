import type { ComposableSampler } from "@opentelemetry/sampler-composite";
import { share } from "../../base/units.ts";
import type { SamplerKind } from "../kinds.ts";
import { COMPOSITE } from "./nested.ts";

const fields = { probability: share };

async function composable({ probability }: { readonly probability: number }): Promise<ComposableSampler> {
  const { createComposableProbabilitySampler } = await import("@opentelemetry/sampler-composite");
  return createComposableProbabilitySampler(probability);
}

export const probability: SamplerKind<typeof fields> = {
  name: "probability",
  needs: COMPOSITE,
  about: "OpenTelemetry's consistent probability sampling: a share by trace id, passed on in the tracestate (ot=th)",
  example: "probability:0.1",
  fields,
  main: "probability",
  traced: true,
  async make(config) {
    const { createCompositeSampler } = await import("@opentelemetry/sampler-composite");
    return { sampler: createCompositeSampler(await composable(config)) };
  },
  probability: (config) => config.probability,
  volume: () => "per request",
  composable,
};
