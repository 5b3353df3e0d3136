import { FIDELITY_METRICS, spansPerRequest, type Reference } from "../../fidelity/metrics.ts";
import { REFERENCE, type Variant } from "../../plan/variant.ts";
import { phaseRow, type Phase } from "../../spec/phases.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import { spansLost } from "../../record/ledger.ts";
import { isUsable, type TrialRecord, type Warning } from "../../record/trial-record.ts";
import { type Estimate, CONFIDENCE } from "../estimate.ts";
import { overRounds } from "./over-rounds.ts";
import { fidelityWarnings, unnamedLossesWarnings } from "./warnings.ts";
import { total } from "../../base/sum-of.ts";
import { MIN_ROUNDS } from "../verdict.ts";

/** The first is most like production. */
const PHASES: readonly Phase[] = ["latency", "cost", "capacity"];

/** A usable trial with its fidelity. */
interface FidelityTrial {
  readonly phase: Phase;
  readonly variant: string;
  readonly round: number;
  readonly fidelity: Fidelity;
  readonly bytesPerRequest: number | undefined;
  /** Undefined without a ledger. */
  readonly lostSpans: number | undefined;
}

/**
 * What each variant keeps, over its rounds (over-rounds.ts), all in one phase, because each phase has a load of its own. Shapes
 * and edges are compared with what `always_on` saw in the same round; if it lost spans itself or was not measured, with what
 * all variants of the same instrumentation saw together.
 */
export function fidelityEstimates(records: readonly TrialRecord[], variants: readonly Variant[]): Estimate[] {
  const trials = records.filter(isUsable).flatMap(({ trial, fidelity, resources, ledger }): FidelityTrial[] => {
    // spans none of which names a request do not show whose they are
    if (fidelity === undefined || fidelity.spans.namedShare === 0) return [];
    const lostSpans = ledger && spansLost(ledger);
    return [{ ...trial, fidelity, bytesPerRequest: resources?.bytesOutPerRequest, lostSpans }];
  });
  const phase = commonPhase(trials);
  // each list of instrumentations makes other spans
  const comparable = Map.groupBy(variants, ({ instrumentation }) => instrumentation?.text);
  return [...comparable.values()].flatMap((same) => {
    const all = trials.filter((trial) => trial.phase === phase && same.some(({ id }) => id === trial.variant));
    const reference = fullReference(same);
    return same.flatMap(({ id }) => variantEstimates(id, reference, all));
  });
}

/**
 * The one of `PHASES` in which the variants have the most rounds; of equals the first. Rounds of a variant beyond what an
 * interval needs do not count. The closed loop overloads a service, so it counts only if there is no other. Undefined without rounds.
 */
function commonPhase(trials: readonly FidelityTrial[]): Phase | undefined {
  const roundsIn = (phase: Phase): number => {
    const own = trials.filter((trial) => trial.phase === phase);
    const byVariant = Map.groupBy(own, ({ variant }) => variant);
    return total(byVariant.values(), ({ length }) => Math.min(MIN_ROUNDS, length));
  };
  const measured = PHASES.filter((phase) => roundsIn(phase) > 0);
  const open = measured.filter((phase) => phaseRow(phase).loop === "open");
  // sorting keeps the order of equals
  return (open.length > 0 ? open : measured).toSorted((a, b) => roundsIn(b) - roundsIn(a))[0];
}

/** The variant that delivers all spans: `always_on` with the usual parts; if it is not there, the only one without a Collector. */
function fullReference(variants: readonly Variant[]): string | undefined {
  const direct = variants.filter(({ sampler, collector }) => sampler.text === REFERENCE && collector === undefined);
  if (direct.some(({ id }) => id === REFERENCE)) return REFERENCE;
  return direct.length === 1 ? direct[0]!.id : undefined;
}

function variantEstimates(variant: string, reference: string | undefined, all: readonly FidelityTrial[]): Estimate[] {
  const [own, full] = [variant, reference].map((id) => all.filter((trial) => trial.variant === id)) as [
    FidelityTrial[],
    FidelityTrial[],
  ];
  const [first] = own;
  if (first === undefined) return [];
  const lossy = lossyReference(full);
  const isOwn = variant === reference && lossy.length === 0;
  const references = new Map(own.map(({ round }) => [round, { ...referenceIn(round, full, all), isOwn }]));
  const common = fidelityWarnings(own.map(({ fidelity }) => fidelity));
  const unnamed = unnamedLossesWarnings(own.map(({ fidelity, lostSpans }) => ({ ...fidelity, lostSpans })));
  const { phase } = first;
  return FIDELITY_METRICS.flatMap((metric): Estimate[] => {
    const values = own.flatMap(
      ({ round, fidelity, bytesPerRequest }) => metric.of(fidelity, references.get(round)!, bytesPerRequest) ?? [],
    );
    if (values.length === 0) return [];
    const warnings = [...common, ...(metric.ofWhole ? unnamed : []), ...(metric.ofReference ? lossy : [])];
    const about = { phase, variant, metric: metric.name, unit: metric.unit };
    return [{ ...about, ...overRounds(metric, values), confidence: CONFIDENCE, n: values.length, warnings }];
  });
}

/** `full`: the trials of the variant that delivers all spans. */
function referenceIn(round: number, full: readonly FidelityTrial[], all: readonly FidelityTrial[]): Reference {
  const reference = full.find((trial) => trial.round === round);
  const isComplete = reference !== undefined && !isLossy(reference);
  const seen = (isComplete ? [reference] : all.filter((trial) => trial.round === round)).map(
    ({ fidelity }) => fidelity,
  );
  return {
    shapes: Object.assign({}, ...seen.map(({ shapes }) => shapes.counts)),
    edges: Object.assign({}, ...seen.map(({ edges }) => edges.counts)),
    spansPerRequest: reference && spansPerRequest(reference.fidelity),
    bytesPerRequest: reference?.bytesPerRequest,
  };
}

/** A trace that lacks a span has no shape. Without a ledger, losses show in the number of traces only. */
function isLossy({ fidelity: { traces, requests }, lostSpans }: FidelityTrial): boolean {
  return traces.whole < traces.arrived || (lostSpans === undefined ? traces.arrived < requests : lostSpans > 0);
}

function lossyReference(references: readonly FidelityTrial[]): Warning[] {
  const lossy = references.filter(isLossy).length;
  if (lossy === 0) return [];
  return [
    {
      code: "reference-lossy",
      message: `${REFERENCE} itself lost spans in ${lossy} of ${references.length} rounds: shares of its spans and bytes are too high, and shapes and calls are compared with what all variants saw together`,
      fix: `find out why ${REFERENCE} loses spans: use a longer queue, a lower rate, or a faster backend`,
    },
  ];
}
