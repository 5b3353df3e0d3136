import { type OverRounds, overTraffic, shareOverTraffic } from "../../estimate/fidelity/over-rounds.ts";
import { FIDELITY_METRICS } from "../../fidelity/metrics.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import type { Repetition, SimulatedStrategy, Simulation, WholeRecording } from "../../simulate/outcome.ts";

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

/** A live run does not know the spans that were not sampled; a recording does. A complete trace has those too. */
const COMPLETE = { name: "completeTraces", unit: "share", range: [0, 1] } as const;

/** The figures of each strategy, and its volume if a traffic is given. */
export function outcomesOf({ strategies, whole }: Simulation, tracesPerSecond: number | undefined): StrategyOutcome[] {
  return strategies.map((strategy) => {
    const figures = figuresOf(strategy, whole);
    return {
      sampler: strategy.sampler,
      figures,
      ...(tracesPerSecond !== undefined && { volume: volumeOf(figures, tracesPerSecond) }),
      fidelity: strategy.repetitions[0]!.fidelity,
    };
  });
}

/** A strategy that keeps all or nothing is tried once, and no chance is in it. */
function figuresOf({ repetitions }: SimulatedStrategy, whole: WholeRecording): SimulatedFigure[] {
  const asked = repetitions[0]!.fidelity.asked;
  const isExact = asked === 0 || asked === 1;
  const completeness = repetitions.flatMap(({ fidelity: { traces }, complete }) =>
    traces.arrived === 0 ? [] : [{ kept: complete, offered: traces.arrived }],
  );
  const metrics = FIDELITY_METRICS.map((metric) => ({
    metric,
    values: repetitions.flatMap(({ fidelity }) => metric.of(fidelity, whole) ?? []),
  }));
  return [...metrics, { metric: COMPLETE, values: completeness }].flatMap(
    ({ metric: { name, unit, range }, values }) => {
      if (values.length === 0) return [];
      const scale = { keptSpans: 1, keptSpansPerRequest: whole.spansPerRequest }[name];
      const figure = scale === undefined ? overTraffic({ range }, values) : keptSpans(repetitions, whole, scale);
      return {
        metric: name,
        unit,
        ...figure,
        ...(isExact && { low: figure.center, high: figure.center }),
        n: values.length,
      };
    },
  );
}

/**
 * The share of the spans that is kept, times `scale`. Spans of one trace are kept together, so the share rests on fewer
 * independent draws than there are spans: R (1 − R) / v, with v = Σ (kept − R · recorded)² / spans² over traces (Kish
 * 1965, the variance of a ratio).
 */
function keptSpans(repetitions: readonly Repetition[], whole: WholeRecording, scale = 1): OverRounds {
  const mean = (of: (repetition: Repetition) => number): number =>
    repetitions.reduce((sum, repetition) => sum + of(repetition), 0) / repetitions.length;
  const share = mean(({ fidelity }) => fidelity.spans.arrived) / whole.spans;
  const deviations = mean(({ squares, products }) => squares - 2 * share * products) + share ** 2 * whole.squares;
  const isCertain = share === 0 || share === 1;
  const traces = isCertain ? whole.spans ** 2 / whole.squares : (share * (1 - share) * whole.spans ** 2) / deviations;
  const { center, low, high, method } = shareOverTraffic(share, traces);
  return {
    center: center * scale,
    ...(low !== undefined && high !== undefined && { low: low * scale, high: high * scale }),
    method,
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
