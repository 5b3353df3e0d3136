import { spansLost, type Ledger } from "../record/ledger.ts";
import type { Estimate } from "./estimate.ts";
import type { Metric } from "./metrics.ts";
import type { VariantRounds } from "./rounds.ts";
import { alphaOf, estimateFrom, estimateOf, type Certainty, type Series } from "./series.ts";
import { binomialInterval } from "./statistics/proportion.ts";
import { oneSample } from "./statistics/student.ts";

/** For each round: lost spans as a share of the sampled ones that were to be kept. Rounds without any are left out. */
function lostShares(group: VariantRounds): Map<number, number> {
  const shares = new Map<number, number>();
  for (const [round, { ledger }] of group.records) {
    const kept = ledger === undefined ? 0 : ledger.sampled - ledger.tailRejected;
    if (ledger !== undefined && kept > 0) shares.set(round, spansLost(ledger) / kept);
  }
  return shares;
}

/**
 * Where the spans of a variant went, over all its rounds: counts, which are exact and have no interval; the share
 * lost, with an interval over rounds since losses come in bursts; and the achieved sampling ratio of local roots.
 */
export function spanEstimates(group: VariantRounds, certainty: Certainty): Estimate[] {
  const ledgers = [...group.records.values()].flatMap(({ ledger }) => ledger ?? []);
  if (ledgers.length === 0) return [];
  const count = (metric: string, of: (ledger: Ledger) => number): Estimate => {
    const center = ledgers.reduce((sum, ledger) => sum + of(ledger), 0);
    const about = { ...aboutOf(group), metric, unit: "spans", method: "counted over all rounds" };
    return { ...about, center, confidence: certainty.confidence, n: ledgers.length, warnings: [...group.warnings] };
  };
  return [
    count("spansStarted", (ledger) => ledger.started),
    count("spansSampled", (ledger) => ledger.sampled),
    count("spansReceived", (ledger) => ledger.received),
    count("spansLost", spansLost),
    count("spansDuplicated", (ledger) => ledger.duplicates),
    ...lostShare(group, ledgers, certainty),
    ...rootShare(group, certainty),
  ];
}

export const LOST: Metric = {
  name: "spansLostShare",
  unit: "share",
  scale: "linear",
  worse: "higher",
  threshold: "lost",
};

/** The share of spans lost in each round, for comparing; undefined where no span was sampled. */
export function lostSeries(group: VariantRounds, certainty: Certainty): Series | undefined {
  const values = lostShares(group);
  const ledgers = [...group.records.values()].flatMap(({ ledger }) => ledger ?? []);
  const [absolute] = lostShare(group, ledgers, certainty);
  return absolute && { metric: LOST, group, values, absolute };
}

function lostShare(group: VariantRounds, ledgers: readonly Ledger[], certainty: Certainty): Estimate[] {
  const shares = [...lostShares(group).values()];
  if (shares.length === 0) return [];
  const lost = ledgers.reduce((sum, ledger) => sum + spansLost(ledger), 0);
  const kept = ledgers.reduce((sum, ledger) => sum + ledger.sampled - ledger.tailRejected, 0);
  const about = { ...aboutOf(group), metric: LOST.name, unit: LOST.unit };
  if (lost === 0 || lost === kept) {
    const exact = { ...about, method: "all rounds alike: exact binomial over spans" };
    const figure = {
      center: lost / kept,
      bounds: binomialInterval(lost, kept, 1 - alphaOf(certainty)),
      n: shares.length,
    };
    return [estimateFrom(exact, figure, certainty, group.warnings)];
  }
  const clipped = (share: number): number => Math.min(1, Math.max(0, share));
  const overRounds = { ...about, method: "student-t over rounds" };
  return [estimateOf(overRounds, oneSample(shares), clipped, certainty, group.warnings)];
}

function rootShare(group: VariantRounds, certainty: Certainty): Estimate[] {
  const roots = [...group.records.values()].flatMap((record) => record.roots ?? []);
  const started = roots.reduce((sum, root) => sum + root.started, 0);
  const sampled = roots.reduce((sum, root) => sum + root.sampled, 0);
  if (started === 0) return [];
  const about = { ...aboutOf(group), metric: "rootsSampledShare", unit: "share" };
  const method = "share of local roots over all rounds, exact binomial";
  const bounds = binomialInterval(sampled, started, 1 - alphaOf(certainty));
  const figure = { center: sampled / started, bounds, n: roots.length };
  return [{ ...estimateFrom({ ...about, method }, figure, certainty, []), warnings: [...group.warnings] }];
}

function aboutOf({ phase, variant }: VariantRounds): Pick<Estimate, "phase" | "variant"> {
  return { phase, variant };
}
