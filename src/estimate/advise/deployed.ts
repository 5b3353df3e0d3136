import type { Candidate, Figures } from "./candidate.ts";

/** What a Collector that decides by the whole trace changes; all else is of what services run. */
const OF_THE_DECISION: ReadonlySet<string> = new Set<keyof Figures>([
  "errorRecall",
  "tailRecall",
  "keptTraces",
  "spansPerRequest",
  "bytesPerRequest",
]);

/** A variant as it would run in production: what it costs is what its services' sampler costs. */
export function asDeployed(candidate: Candidate, sampler: string, measured: readonly Candidate[]): Candidate {
  const { variant, figures } = candidate;
  if (sampler === variant.sampler) return candidate;
  const { processor, exporter, backend, build } = variant;
  const service = measured.find(
    ({ variant: other }) =>
      other.sampler === sampler &&
      other.processor === processor &&
      other.exporter === exporter &&
      other.backend === backend &&
      other.build === build,
  );
  const decided = only(figures, (name) => OF_THE_DECISION.has(name));
  if (service === undefined) return { ...candidate, inService: undefined, figures: decided, records: [] };
  const costs = only(service.figures, (name) => !OF_THE_DECISION.has(name));
  return { ...service, variant, inService: service.variant, figures: { ...costs, ...decided } };
}

function only(figures: Figures, holds: (name: string) => boolean): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([name]) => holds(name)));
}
