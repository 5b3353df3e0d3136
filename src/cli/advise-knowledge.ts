import type { BatchSettings } from "../estimate/advise/batch.ts";
import type { Candidate } from "../estimate/advise/candidate.ts";
import type { Knowledge } from "../estimate/advise/advise.ts";
import { samplers } from "../target/samplers/index.ts";

/** What the registries know of a variant and the estimator does not. */
export const KNOWLEDGE: Knowledge = {
  law: ({ sampler: { kind, config } }) => kind.volume(config),
  // the SDK has no tail sampling: services send everything, and the Collector decides
  inService: (sampler) => (sampler.kind.tail ? samplers.parse("always_on") : sampler),
  batchSettings: ({ variant: { processor } }: Candidate): BatchSettings | undefined =>
    processor?.kind.batching?.(processor.config),
  services: ({ kind, config }) => kind.services(config).length,
};
