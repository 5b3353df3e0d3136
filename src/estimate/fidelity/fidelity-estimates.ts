import { spansLost } from "../../record/ledger.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import type { Phase } from "../../plan/trial.ts";
import type { TrialRecord, Warning } from "../../record/trial-record.ts";
import type { Estimate } from "../estimate.ts";
import { unionOf } from "./coverage.ts";
import { smallestBudget, spansPerRequest, thinningTo } from "./equal-budget.ts";
import { CONFIDENCE, overRounds, type Share } from "./over-rounds.ts";
import {
  classMetrics,
  FIDELITY_METRICS,
  routeMetrics,
  type FidelityMetric,
  type Reference,
} from "./fidelity-metrics.ts";
import { UNNAMED_LOSSES } from "./upper-bound.ts";

const REFERENCE = "always_on";

/** A trial that was judged. */
interface JudgedTrial {
  readonly phase: Phase;
  readonly variant: string;
  readonly round: number;
  readonly fidelity: Fidelity;
  readonly bytesPerRequest: number | undefined;
  /** Undefined where nobody knows how many there are. */
  readonly lostSpans: number | undefined;
  /** Those of which nobody knows the trace. */
  readonly unnamedLosses: number | undefined;
}

/**
 * What each variant keeps, in each phase, over its rounds (over-rounds.ts). Shapes and edges are held
 * against what `always_on` saw in the same round; where it lost spans itself or was not measured, against what all
 * variants saw together.
 */
export function fidelityEstimates(records: readonly TrialRecord[]): Estimate[] {
  const trials = records.flatMap(({ trial, fidelity, valid, ending, resources, ledger }): JudgedTrial[] =>
    fidelity === undefined || !valid || ending !== "completed"
      ? []
      : [
          {
            ...trial,
            fidelity,
            bytesPerRequest: resources?.bytesOutPerRequest,
            lostSpans: ledger && spansLost(ledger),
            // earlier files name none of their lost spans
            unnamedLosses: fidelity.traces.unnamedLosses ?? (ledger && spansLost(ledger)),
          },
        ],
  );
  const phases = new Set(trials.map(({ phase }) => phase));
  return [...phases].flatMap((phase) => ofPhase(trials.filter((trial) => trial.phase === phase)));
}

function ofPhase(trials: readonly JudgedTrial[]): Estimate[] {
  const fidelities = trials.map(({ fidelity }) => fidelity);
  const universes = new Map(trials.map(({ round }) => [round, universeOf(trials, round)]));
  const byVariant = Map.groupBy(trials, ({ variant }) => variant);
  const budget = smallestBudget([...byVariant.values()].map((own) => own.map(({ fidelity }) => fidelity)));
  const metrics = [...FIDELITY_METRICS, ...classMetrics(fidelities)];
  const ofRoutes = routeMetrics(fidelities);
  const lossy = lossyReference(trials);
  return [...byVariant.values()].flatMap((own) => {
    const common = warningsOf(own.map(({ fidelity }) => fidelity));
    const unnamed = unnamedLosses(own);
    const isOwn = own[0]!.variant === REFERENCE && lossy.length === 0;
    const tell = (metric: FidelityMetric, name: string, common: Warning[], budget?: number): Estimate[] => {
      const values = own.flatMap(({ round, fidelity, bytesPerRequest }) => {
        const thinning = budget === undefined ? 1 : thinningTo(budget, fidelity);
        const reference = { ...universes.get(round)!, isOwn, thinning };
        return metric.of(fidelity, reference, { bytesPerRequest }) ?? [];
      });
      const warnings = [...common, ...(metric.ofWhole ? unnamed : []), ...(metric.ofReference ? lossy : [])];
      return values.length === 0 ? [] : [estimateOf(own[0]!, { ...metric, name }, values, warnings)];
    };
    const thinnable = budget === undefined ? [] : metrics.filter((metric) => metric.thinnable);
    return [
      metrics.map((metric) => tell(metric, metric.name, common)),
      thinnable.map((metric) => tell(metric, `${metric.name}AtEqualBudget`, common, budget)),
      // the same warnings again for each route would only fill the file
      ofRoutes.map((metric) => tell(metric, metric.name, [])),
    ].flat(2);
  });
}

function universeOf(trials: readonly JudgedTrial[], round: number): Omit<Reference, "thinning"> {
  const ofRound = trials.filter((trial) => trial.round === round);
  const references = ofRound.filter(({ variant }) => variant === REFERENCE);
  const isComplete = references.length > 0 && !references.some(isLossy);
  const seen = (isComplete ? references : ofRound).map(({ fidelity }) => fidelity);
  return {
    shapes: unionOf(seen.map(({ shapes }) => shapes)),
    edges: unionOf(seen.map(({ edges }) => edges)),
    spansPerRequest: references[0] && spansPerRequest(references[0].fidelity),
    bytesPerRequest: references[0]?.bytesPerRequest,
  };
}

/** A trace that lacks a span has no shape, and one that is lost altogether none either; without books, that shows in their number. */
function isLossy({ fidelity: { traces, requests }, lostSpans }: JudgedTrial): boolean {
  return traces.whole < traces.arrived || (lostSpans === undefined ? traces.arrived < requests : lostSpans > 0);
}

/** Where keeping everything did not keep it, nobody knows all there was to be seen. */
function lossyReference(trials: readonly JudgedTrial[]): Warning[] {
  const references = trials.filter(({ variant }) => variant === REFERENCE);
  const lossy = references.filter(isLossy).length;
  if (lossy === 0) return [];
  return [
    {
      code: "reference-lossy",
      message: `${REFERENCE} itself lost spans in ${lossy} of ${references.length} rounds: what it stored is not all there was. Shares of its spans and bytes are too high, and shapes and calls are held against what all variants saw together there`,
      fix: `see to it that ${REFERENCE} loses none: a longer queue, a lower rate, a backend that accepts all`,
    },
  ];
}

function estimateOf(
  trial: JudgedTrial,
  metric: FidelityMetric,
  values: readonly (number | Share)[],
  warnings: Warning[],
): Estimate {
  return {
    phase: trial.phase,
    variant: trial.variant,
    metric: metric.name,
    unit: metric.unit,
    ...overRounds(metric, values),
    confidence: CONFIDENCE,
    n: values.length,
    warnings,
  };
}

function warningsOf(fidelities: readonly Fidelity[]): Warning[] {
  const warnings: Warning[] = [];
  if (fidelities.some(({ weight, traces }) => weight === "none" && traces.arrived > 0)) {
    warnings.push({
      code: "no-valid-weight",
      message: "the sampler keeps traces with a probability nobody knows, so estimates from them are naive and biased",
      fix: "use a sampler with a known probability (ratio, probability) where counts and rates are computed from spans",
    });
  }
  const unmarked = sumOf(fidelities, ({ spanStatus }) => spanStatus?.failuresUnmarked);
  if (unmarked > 0) {
    warnings.push({
      code: "failures-unmarked",
      message: `${unmarked} failed requests arrived whole without a span of status ERROR: a sampler that looks at spans cannot know them`,
      fix: "give a span of a failing request the status ERROR, as the conventions ask for 5xx",
    });
  }
  const uncounted = sumOf(fidelities, ({ spanStatus }) => spanStatus?.errorsUncounted);
  if (uncounted > 0) {
    warnings.push({
      code: "errors-uncounted",
      message: `${uncounted} requests were answered below 500 and have a span of status ERROR: they do not count as failed`,
      fix: 'write "fails": true beside these requests in the scenario, where they are failures',
    });
  }
  if (fidelities.some(({ shapes, edges }) => shapes.omitted + edges.omitted > 0)) {
    warnings.push({
      code: "shapes-omitted",
      message: "there are more trace shapes than a record holds; the coverage is that of the most frequent ones",
      fix: "give spans names of low cardinality, without ids in them",
    });
  }
  return warnings;
}

/** Where a lost span cannot be told from one that never was, "whole" is an upper bound. */
function unnamedLosses(trials: readonly JudgedTrial[]): Warning[] {
  const judged = trials.filter(({ fidelity }) => fidelity.traces.arrived > 0);
  const lost = judged.reduce((sum, { unnamedLosses = NaN }) => sum + unnamedLosses, 0);
  if (lost === 0) return [];
  const which = Number.isNaN(lost)
    ? "no books tell which spans were lost"
    : `of ${lost} lost spans nobody knows the trace`;
  return [
    {
      code: UNNAMED_LOSSES,
      message: `${which}: a trace that lacks one may count as whole, so shares of whole traces are upper bounds`,
      fix: "measure an older file's scenario again; else see to what loses them (a service with its own SDK tells of none)",
    },
  ];
}

function sumOf(fidelities: readonly Fidelity[], of: (fidelity: Fidelity) => number | undefined): number {
  return fidelities.reduce((sum, fidelity) => sum + (of(fidelity) ?? 0), 0);
}
