import { FIDELITY_METRICS, spansPerRequest, type FidelityMetric, type Reference } from "../../fidelity/metrics.ts";
import { REFERENCE, type Variant } from "../../plan/variant.ts";
import type { Phase } from "../../spec/phases.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import { spansLost } from "../../record/ledger.ts";
import type { TrialRecord, Warning } from "../../record/trial-record.ts";
import { type Attempt, type Estimate, CONFIDENCE } from "../estimate.ts";
import { commonPhase } from "./common-phase.ts";
import { overRounds } from "./over-rounds.ts";
import { fidelityWarnings, unnamedLossesWarnings } from "./warnings.ts";

/** The first is most like production. */
const PHASES: readonly Phase[] = ["latency", "cost", "capacity"];

/** A usable trial with its fidelity. */
interface FidelityTrial {
  readonly phase: Phase;
  readonly variant: string;
  readonly isReference: boolean;
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
export function fidelityEstimates(
  records: readonly TrialRecord[],
  attempt: Attempt,
  variants: readonly Variant[],
): Estimate[] {
  const trials = records.flatMap(({ trial, fidelity, valid, ending, resources, ledger }): FidelityTrial[] => {
    // if no span names a request, they do not show whose they are
    if (fidelity === undefined || fidelity.spans.namedShare === 0 || !valid || ending !== "completed") return [];
    const lostSpans = ledger && spansLost(ledger);
    return [{ ...trial, isReference: false, fidelity, bytesPerRequest: resources?.bytesOutPerRequest, lostSpans }];
  });
  const phase = commonPhase(PHASES, trials);
  const byVariant = Map.groupBy(
    trials.filter((trial) => trial.phase === phase),
    ({ variant }) => variant,
  );
  // each list of instrumentations makes other spans
  const comparable = Map.groupBy(variants, ({ instrumentation }) => instrumentation?.text);
  return [...comparable.values()].flatMap((same) => {
    const reference = fullReference(same);
    const all = same.flatMap(({ id }) =>
      (byVariant.get(id) ?? []).map((trial) => ({ ...trial, isReference: id === reference })),
    );
    return same.flatMap(({ id }) =>
      variantEstimates(
        all.filter(({ variant }) => variant === id),
        all,
        attempt,
      ),
    );
  });
}

/** The variant that delivers all spans: `always_on` with the usual parts; if it is not there, the only one without a Collector. */
function fullReference(variants: readonly Variant[]): string | undefined {
  const direct = variants.filter(({ sampler, collector }) => sampler.text === REFERENCE && collector === undefined);
  if (direct.some(({ id }) => id === REFERENCE)) return REFERENCE;
  return direct.length === 1 ? direct[0]!.id : undefined;
}

function variantEstimates(own: readonly FidelityTrial[], all: readonly FidelityTrial[], attempt: Attempt): Estimate[] {
  const [first] = own;
  if (first === undefined) return [];
  const lossy = lossyReference(all);
  const isOwn = first.isReference && lossy.length === 0;
  const references = new Map(own.map(({ round }) => [round, { ...referenceOf(all, round), isOwn }]));
  const common = fidelityWarnings(own.map(({ fidelity }) => fidelity));
  const unnamed = unnamedLossesWarnings(own.map(({ fidelity, lostSpans }) => ({ ...fidelity, lostSpans })));
  const { phase, variant } = first;
  const estimateOf = (metric: FidelityMetric): Estimate[] => {
    const values = own.flatMap(
      ({ round, fidelity, bytesPerRequest }) => metric.of(fidelity, references.get(round)!, bytesPerRequest) ?? [],
    );
    if (values.length === 0) return [];
    const warnings = [...common, ...(metric.ofWhole ? unnamed : []), ...(metric.ofReference ? lossy : [])];
    const about = { phase, variant, metric: metric.name, unit: metric.unit };
    return [{ ...about, ...overRounds(metric, values), confidence: CONFIDENCE, n: values.length, warnings }];
  };
  return FIDELITY_METRICS.flatMap((metric) => attempt(`${metric.name} of ${variant}`, () => estimateOf(metric)));
}

function referenceOf(trials: readonly FidelityTrial[], round: number): Reference {
  const ofRound = trials.filter((trial) => trial.round === round);
  const references = ofRound.filter(({ isReference }) => isReference);
  const isComplete = references.length > 0 && !references.some(isLossy);
  const seen = (isComplete ? references : ofRound).map(({ fidelity }) => fidelity);
  const [reference] = references;
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

function lossyReference(trials: readonly FidelityTrial[]): Warning[] {
  const references = trials.filter(({ isReference }) => isReference);
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
