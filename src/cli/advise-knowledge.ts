import type { BatchSettings } from "../estimate/advise/batch.ts";
import type { Candidate } from "../estimate/advise/candidate.ts";
import type { Knowledge } from "../estimate/advise/advise.ts";
import { processors } from "../target/processors/index.ts";
import { samplers } from "../target/samplers/index.ts";
import { targets } from "../target/services/index.ts";

/** What the registries know of a variant and the estimator does not. */
export const KNOWLEDGE: Knowledge = {
  law: ({ sampler }) => {
    const { kind, config } = samplers.parse(sampler);
    return kind.volume(config);
  },
  // the SDK has no tail sampling: services send everything, and the Collector decides
  inService: (sampler) => (samplers.parse(sampler).kind.tail ? "always_on" : sampler),
  batchSettings: ({ variant }: Candidate): BatchSettings | undefined => {
    const { kind, config } = processors.parse(variant.processor);
    return kind.batching?.(config);
  },
  services: (target) => {
    const { kind, config } = targets.parse(target);
    return kind.services(config).length;
  },
};
