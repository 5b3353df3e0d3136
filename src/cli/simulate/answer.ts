import { paretoFront } from "../../estimate/pareto-front.ts";
import { percentText } from "../../report/format.ts";
import type { SimulatedFigure, StrategyOutcome } from "./figures.ts";

/** A share that must be kept at least. */
export interface Minimum {
  readonly metric: string;
  /** What it is a share of. */
  readonly of: string;
  readonly share: number;
}

export interface Answer {
  /** Strategies that no other beats on volume and on every required share, by volume. */
  readonly front: readonly StrategyOutcome[];
  /** The one of the least volume that keeps every required share; undefined: none does. */
  readonly best: StrategyOutcome | undefined;
  /** Why the recording cannot answer, or not for sure. */
  readonly doubts: readonly string[];
  /** It holds nothing of what a minimum is about. */
  readonly isUnanswerable: boolean;
}

/** Which setting keeps the required shares at the least volume. */
export function answerOf(strategies: readonly StrategyOutcome[], minima: readonly Minimum[]): Answer {
  const unknown = minima.filter(({ metric }) => strategies.every((one) => figureOf(one, metric) === undefined));
  if (unknown.length > 0) {
    const doubts = unknown.map(({ of }) => `the recording holds no ${of}`);
    return { front: [], best: undefined, doubts, isUnanswerable: true };
  }
  const byVolume = strategies.toSorted(
    (a, b) => volumeOf(a) - volumeOf(b) || a.sampler.length - b.sampler.length || (a.sampler < b.sampler ? -1 : 1),
  );
  const scoresOf = (one: StrategyOutcome): number[] => [
    -volumeOf(one),
    ...minima.map(({ metric }) => centerOf(one, metric)),
  ];
  // of equals, the first by volume and length of the spec
  const different = [...Map.groupBy(byVolume, (one) => scoresOf(one).join()).values()].map(([first]) => first!);
  const front = [...paretoFront(different, scoresOf)];
  const best = byVolume.find((one) => minima.every(({ metric, share }) => centerOf(one, metric) >= share));
  return { front, best, doubts: best === undefined ? [] : doubtsOf(best, minima), isUnanswerable: false };
}

/** If the interval over traffic reaches below a minimum, the recording does not settle it. */
function doubtsOf(best: StrategyOutcome, minima: readonly Minimum[]): string[] {
  return minima.flatMap(({ metric, of, share }) => {
    const { low = 0 } = figureOf(best, metric)!;
    if (low >= share) return [];
    const needed = Math.ceil(Math.log(0.025) / Math.log(share));
    const { errors, tail } = best.fidelity;
    const { offered } = metric === "errorRecall" ? errors : tail;
    const few = `; the recording holds ${offered}, and even if all are kept, ${needed} are needed to say so`;
    const needs = Number.isFinite(needed) ? (offered < needed ? few : "") : "; no recording can say so";
    return [
      `${percentText(share)} of the ${of} is not settled: in further traffic it may be ${percentText(low)}${needs}`,
    ];
  });
}

export function figureOf({ figures }: StrategyOutcome, metric: string): SimulatedFigure | undefined {
  return figures.find((figure) => figure.metric === metric);
}

function centerOf(outcome: StrategyOutcome, metric: string): number {
  return figureOf(outcome, metric)?.center ?? 0;
}

function volumeOf(outcome: StrategyOutcome): number {
  return centerOf(outcome, "keptSpans");
}
