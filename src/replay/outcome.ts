import {
  classMetrics,
  deriveFidelity,
  FIDELITY_METRICS,
  smallestBudget,
  STORED,
  thinningTo,
  type FidelityMetric,
  type Kept,
  type Reference,
  type Truth,
} from "../estimate/index.ts";
import { interval, mean, oneSample } from "../estimate/statistics/student.ts";
import type { Fidelity } from "../record/index.ts";

/** A strategy and its repetitions. */
export interface StrategyRuns {
  readonly sampler: string;
  readonly inclusion: number | undefined;
  readonly runs: readonly { readonly kept: Kept }[];
}

/** The mean over repetitions with its 95 % interval (Student's t); no interval from a single one that is not exact. */
export interface SimulatedFigure {
  readonly metric: string;
  readonly unit: string;
  readonly center: number;
  readonly low?: number;
  readonly high?: number;
  /** Repetitions. */
  readonly n: number;
}

/** What would be sent at the given traffic. */
export interface Volume {
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

const CONFIDENCE = 0.95;
const SECONDS_A_MONTH = 30 * 24 * 3600;
const ALL = { routes: Infinity, shapes: Infinity, edges: Infinity };

/** From tallies to figures; `all` is the whole recording as if everything had been kept. */
export function outcomesOf(
  strategies: readonly StrategyRuns[],
  truth: Truth,
  all: Kept,
  trafficPerSecond: number | undefined,
): StrategyOutcome[] {
  const universe = { shapes: Object.fromEntries(all.shapes), edges: Object.fromEntries(all.edges) };
  const derived = strategies.map((strategy) => ({
    ...strategy,
    fidelities: strategy.runs.map(({ kept }) => deriveFidelity(truth, kept, strategy.inclusion, ALL)),
  }));
  const budget = smallestBudget(derived.map(({ fidelities }) => fidelities));
  return derived.map(({ sampler, inclusion, runs, fidelities }) => {
    const figures = figuresOf(fidelities, universe, budget, inclusion === 0 || inclusion === 1);
    return {
      sampler,
      figures,
      ...(trafficPerSecond !== undefined && { volume: volumeOf(figures, trafficPerSecond) }),
      fidelity: deriveFidelity(truth, runs[0]!.kept, inclusion, STORED),
    };
  });
}

function figuresOf(
  fidelities: readonly Fidelity[],
  universe: Omit<Reference, "thinning">,
  budget: number | undefined,
  isExact: boolean,
): SimulatedFigure[] {
  const metrics = [...FIDELITY_METRICS, ...classMetrics(fidelities)];
  const tell = (metric: FidelityMetric, name: string, thinning: (fidelity: Fidelity) => number): SimulatedFigure[] => {
    const values = fidelities.flatMap((each) => metric.of(each, { ...universe, thinning: thinning(each) }) ?? []);
    return values.length === 0 ? [] : [figureOf({ ...metric, name }, values, isExact)];
  };
  const thinnable = budget === undefined ? [] : metrics.filter((metric) => metric.thinnable);
  return [
    ...metrics.flatMap((metric) => tell(metric, metric.name, () => 1)),
    ...thinnable.flatMap((metric) =>
      tell(metric, `${metric.name}AtEqualBudget`, (fidelity) => thinningTo(budget!, fidelity)),
    ),
  ];
}

function figureOf({ name, unit, bounded }: FidelityMetric, values: number[], isExact: boolean): SimulatedFigure {
  const center = mean(values);
  const bounds = isExact ? { low: center, high: center } : interval(oneSample(values), CONFIDENCE);
  const clipped = (value: number): number => (bounded ? Math.min(1, Math.max(0, value)) : value);
  return {
    metric: name,
    unit,
    center,
    ...(bounds && { low: clipped(bounds.low), high: clipped(bounds.high) }),
    n: values.length,
  };
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
