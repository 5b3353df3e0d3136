import type { BatchSettings } from "../estimate/advise/batch.ts";
import type { Candidate } from "../estimate/advise/candidate.ts";
import type { Knowledge } from "../estimate/advise/advise.ts";
import type { VolumeLaw } from "../estimate/advise/project.ts";
import { processors } from "../target/processors/index.ts";
import { samplers } from "../target/samplers/index.ts";
import { targets } from "../target/services/index.ts";

/** What the registries know of a variant and the estimator does not. */
export const KNOWLEDGE: Knowledge = {
  law: ({ sampler }) => lawOf(sampler),
  // the SDK has no tail sampling: services send everything, and the Collector decides
  inService: (sampler) => (samplers.parse(sampler).kind.name === "tail" ? "always_on" : sampler),
  batchSettings: ({ variant }: Candidate): BatchSettings | undefined => {
    const { kind, config } = processors.parse(variant.processor);
    if (kind.name !== "batch") return undefined;
    const { queue, batch, delay } = config as { queue: number; batch: number; delay: number };
    return { queue, batch, delayMs: delay };
  },
  services: (target) => {
    const { kind, config } = targets.parse(target);
    return kind.services(config).length;
  },
};

const LAWS: Readonly<Record<string, VolumeLaw>> = {
  always_on: "per request",
  always_off: "per request",
  ratio: "per request",
  probability: "per request",
  tail: "per request",
  rate: "per process",
};

function lawOf(canonical: string): VolumeLaw {
  const { kind, config } = samplers.parse(canonical);
  if (kind.name === "parentbased") return lawOf((config as { readonly root: string }).root);
  return LAWS[kind.name] ?? "unknown";
}
