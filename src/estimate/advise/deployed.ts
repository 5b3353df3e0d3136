import type { Candidate, Figure, Figures } from "./candidate.ts";
import type { SamplerSpec } from "../../spec/specs.ts";
import { isUpperBound } from "../fidelity/warnings.ts";

/** What a Collector keeps that decides by the whole trace: of what reaches it. */
const KEPT: ReadonlySet<keyof Figures> = new Set(["errorRecall", "tailRecall", "keptTraces"] as const);

/** What a Collector that decides changes; all else is of what services run. */
export const OF_THE_DECISION: ReadonlySet<keyof Figures> = new Set([
  ...KEPT,
  "spansPerRequest",
  "bytesPerRequest",
] as const);

/**
 * A variant as it would run in production: what it costs is what its services' sampler costs, and a Collector keeps
 * nothing that they lose.
 */
export function asDeployed(candidate: Candidate, sampler: SamplerSpec, measured: readonly Candidate[]): Candidate {
  const { variant, figures } = candidate;
  if (sampler.text === variant.sampler.text) return candidate;
  const { processor, exporter, backend, build } = variant;
  const service = measured.find(
    ({ variant: other }) =>
      other.sampler.text === sampler.text &&
      other.processor?.text === processor?.text &&
      other.exporter?.text === exporter?.text &&
      other.backend?.text === backend?.text &&
      other.build === build,
  );
  const decided = only(figures, (name) => OF_THE_DECISION.has(name));
  if (service === undefined) return { ...candidate, inService: undefined, figures: decided, records: [] };
  const costs = only(service.figures, (name) => !OF_THE_DECISION.has(name));
  const kept = keptOfDelivered(decided, service.figures);
  return { ...service, variant, inService: service.variant, figures: { ...costs, ...decided, ...kept } };
}

/** `tail:` was measured within the process, which exported, and lost, little: its services export everything. */
function keptOfDelivered(decided: Figures, delivered: Figures): Figures {
  const pairs = [...KEPT].flatMap((name) => {
    const [kept, arrived] = [decided[name], delivered[name]];
    if (kept === undefined || arrived === undefined || isAll(arrived)) return [];
    return [[name, product(kept, arrived)]];
  });
  return Object.fromEntries(pairs) as Figures;
}

function isAll(share: Figure): boolean {
  return share.center === 1 && !isUpperBound(share);
}

/** Of two shares; the product of the ends is no narrower than the interval of the product. */
function product(one: Figure, other: Figure): Figure {
  const bounds = one.low !== undefined &&
    one.high !== undefined &&
    other.low !== undefined &&
    other.high !== undefined && { low: one.low * other.low, high: one.high * other.high };
  const warnings = [...(one.warnings ?? []), ...(other.warnings ?? [])];
  return { center: one.center * other.center, n: Math.min(one.n, other.n), ...bounds, warnings };
}

/** Those whose names do. */
export function only(figures: Figures, holds: (name: keyof Figures) => boolean): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([name]) => holds(name as keyof Figures)));
}
