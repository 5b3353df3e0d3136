import { share } from "../../base/units.ts";
import type { SamplerKind } from "../kinds.ts";

const fields = { probability: share };

export const probability: SamplerKind<typeof fields> = {
  name: "probability",
  about: "OpenTelemetry's consistent probability sampling: a share by trace id, told on in the tracestate (ot=th)",
  example: "probability:0.1",
  fields,
  main: "probability",
  async make(config) {
    const { createComposableProbabilitySampler, createCompositeSampler } =
      await import("@opentelemetry/sampler-composite");
    return { sampler: createCompositeSampler(createComposableProbabilitySampler(config.probability)) };
  },
  inclusion: (config) => config.probability,
};
