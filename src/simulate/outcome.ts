import { deriveFidelity } from "../fidelity/fidelity.ts";
import type { Reference } from "../fidelity/metrics.ts";
import type { Kept } from "../fidelity/kept.ts";
import type { Truth } from "../fidelity/truth.ts";
import type { Fidelity } from "../record/fidelity.ts";

/** One repetition of a strategy: what it kept, and how many of those traces with every span that was recorded. */
export interface SimulatedRun {
  readonly kept: Kept;
  readonly complete: number;
  /** Over traces: Σ (kept spans)², and Σ kept spans × recorded spans. */
  readonly squares: number;
  readonly products: number;
}

export interface StrategyRuns {
  readonly sampler: string;
  readonly inclusion: number | undefined;
  readonly runs: readonly SimulatedRun[];
}

export interface Repetition extends Omit<SimulatedRun, "kept"> {
  /** Every shape and edge is listed. */
  readonly fidelity: Fidelity;
}

export interface SimulatedStrategy {
  readonly sampler: string;
  readonly repetitions: readonly Repetition[];
}

/** What keeping everything gives. */
export interface WholeRecording extends Reference {
  readonly spans: number;
  /** Σ spans² over traces. */
  readonly squares: number;
}

const ALL = { shapes: Infinity, edges: Infinity };

export function wholeRecording(all: Kept, squares: number, truth: Truth): WholeRecording {
  return {
    shapes: Object.fromEntries(all.shapes),
    edges: Object.fromEntries(all.edges),
    spansPerRequest: all.spans / Math.max(1, truth.requests),
    spans: all.spans,
    squares,
  };
}

export function strategyOf({ sampler, inclusion, runs }: StrategyRuns, truth: Truth): SimulatedStrategy {
  const repetitions = runs.map(({ kept, complete, squares, products }) => ({
    fidelity: deriveFidelity(truth, kept, inclusion, ALL),
    complete,
    squares,
    products,
  }));
  return { sampler, repetitions };
}
