import { deriveFidelity, STORED } from "../fidelity/fidelity.ts";
import { FIDELITY_METRICS, type FidelityMetric, type Reference } from "../fidelity/metrics.ts";
import { overRounds, type OverRounds } from "../estimate/fidelity/over-rounds.ts";
import type { Kept } from "../fidelity/kept.ts";
import type { Truth } from "../fidelity/truth.ts";
import type { Fidelity, KeptOf } from "../record/fidelity.ts";

/** One repetition of a strategy: what it kept, and how many of those traces with every span that was recorded. */
export interface SimulatedRun {
  readonly kept: Kept;
  readonly complete: number;
}

/** A strategy and its repetitions. */
export interface StrategyRuns {
  readonly sampler: string;
  readonly inclusion: number | undefined;
  readonly runs: readonly SimulatedRun[];
}

/** Over repetitions, with the 95 % interval of over-rounds.ts; no interval from a single one that is not exact. */
export interface SimulatedFigure extends OverRounds {
  readonly metric: string;
  readonly unit: string;
  /** Repetitions. */
  readonly n: number;
}

/** What would be sent at the given traffic. */
interface Volume {
  readonly tracesPerSecond: number;
  readonly spansPerSecond: number;
  /** 30 days. */
  readonly spansPerMonth: number;
}

export interface StrategyOutcome {
  readonly sampler: string;
  readonly figures: readonly SimulatedFigure[];
  readonly volume?: Volume;
  /** The first repetition in full. */
  readonly fidelity: Fidelity;
}

const SECONDS_A_MONTH = 30 * 24 * 3600;
const ALL = { shapes: Infinity, edges: Infinity };

/** A live run does not know the spans that were not sampled; a recording does. A complete trace has those too. */
const COMPLETE = { name: "completeTraces", unit: "share", range: [0, 1] } as const;

/** From tallies to figures; `all` is the whole recording as if everything had been kept. */
export function outcomesOf(
  strategies: readonly StrategyRuns[],
  truth: Truth,
  all: Kept,
  trafficPerSecond: number | undefined,
): StrategyOutcome[] {
  const universe = {
    shapes: Object.fromEntries(all.shapes),
    edges: Object.fromEntries(all.edges),
    spansPerRequest: all.spans / Math.max(1, truth.requests),
  };
  const derived = strategies.map((strategy) => ({
    ...strategy,
    fidelities: strategy.runs.map(({ kept }) => deriveFidelity(truth, kept, strategy.inclusion, ALL)),
  }));
  return derived.map(({ sampler, inclusion, runs, fidelities }) => {
    const isExact = inclusion === 0 || inclusion === 1;
    const completeness = runs.flatMap(({ kept, complete }) =>
      kept.traces === 0 ? [] : [{ kept: complete, offered: kept.traces }],
    );
    const figures = figuresOf(fidelities, universe, isExact);
    if (completeness.length > 0) figures.push(figureOf(COMPLETE, completeness, isExact));
    return {
      sampler,
      figures,
      ...(trafficPerSecond !== undefined && { volume: volumeOf(figures, trafficPerSecond) }),
      fidelity: deriveFidelity(truth, runs[0]!.kept, inclusion, STORED),
    };
  });
}

function figuresOf(fidelities: readonly Fidelity[], all: Reference, isExact: boolean): SimulatedFigure[] {
  return FIDELITY_METRICS.flatMap((metric) => {
    const values = fidelities.flatMap((fidelity) => metric.of(fidelity, all) ?? []);
    return values.length === 0 ? [] : [figureOf(metric, values, isExact)];
  });
}

/** A strategy that keeps all or nothing is tried once, and no chance is in it. */
function figureOf(
  metric: Pick<FidelityMetric, "name" | "unit" | "range">,
  values: readonly (number | KeptOf)[],
  isExact: boolean,
): SimulatedFigure {
  const figure = overRounds(metric, values);
  const exact = { low: figure.center, high: figure.center };
  return { metric: metric.name, unit: metric.unit, ...figure, ...(isExact && exact), n: values.length };
}

function volumeOf(figures: readonly SimulatedFigure[], tracesPerSecond: number): Volume {
  const kept = (metric: string): number => figures.find((figure) => figure.metric === metric)?.center ?? 0;
  const spansPerSecond = tracesPerSecond * kept("keptSpansPerRequest");
  return {
    tracesPerSecond: tracesPerSecond * kept("keptTraces"),
    spansPerSecond,
    spansPerMonth: spansPerSecond * SECONDS_A_MONTH,
  };
}
