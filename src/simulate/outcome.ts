import { withNested } from "../base/registry.ts";
import { sumOf } from "../base/sum-of.ts";
import { deriveFidelity } from "../fidelity/fidelity.ts";
import { edgesOf, shapesOf, type Kept } from "../fidelity/kept.ts";
import type { Reference } from "../fidelity/metrics.ts";
import type { Truth } from "../fidelity/truth.ts";
import type { Fidelity } from "../record/fidelity.ts";
import type { Warning } from "../record/trial-record.ts";
import { followsCallers } from "../spec/workload.ts";
import { samplers } from "../target/samplers/index.ts";

/** What is counted while the traces of a recording are taken. */
export interface Tallies {
  readonly recording: RecordingTallies;
  readonly strategies: readonly StrategyTallies[];
  readonly warnings: readonly Warning[];
}

/** Counted by every shard, over all traces. */
interface RecordingTallies {
  readonly records: number;
  readonly services: number;
  readonly lengthMs: number;
  readonly longestMs: number;
  /** Some traces have a caller above them, whose decision is as recorded. */
  readonly hasCallers: boolean;
  readonly truth: Truth;
  /** What keeping everything gives. */
  readonly all: Kept;
  /** Σ spans² over traces. */
  readonly squares: number;
}

interface StrategyTallies {
  readonly sampler: string;
  readonly runs: readonly SimulatedRun[];
}

/** One repetition of a strategy: what it kept, and how many of those traces with every span that was recorded. */
export interface SimulatedRun {
  readonly kept: Kept;
  readonly complete: number;
  /** Over traces: Σ (kept spans)², and Σ kept spans × recorded spans. */
  readonly squares: number;
  readonly products: number;
  /** Traces that left a Collector's memory undecided. */
  readonly dropped: number;
}

interface Recording {
  /** As read; Zipkin's shared and partial records count each. */
  readonly records: number;
  readonly spans: number;
  readonly traces: number;
  readonly failedTraces: number;
  readonly services: number;
  /** From the first to the last trace's start, impossible clocks left out. */
  readonly lengthMs: number;
  /** From the start of a trace's first span to the end of its last. */
  readonly longestMs: number;
}

export interface Simulation {
  readonly recording: Recording;
  readonly strategies: readonly SimulatedStrategy[];
  readonly whole: WholeRecording;
  readonly warnings: readonly Warning[];
}

export interface Repetition extends Omit<SimulatedRun, "kept" | "dropped"> {
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

/** The tallies of all shards together, in any order: those of one run over all. */
export function mergedTallies(shards: readonly Tallies[]): Tallies {
  const [first, ...others] = shards as [Tallies, ...Tallies[]];
  const strategies = first.strategies.map(({ sampler, runs }, at) => ({
    sampler,
    runs: runs.map((run, round) => others.reduce((sum, other) => sumOf(sum, other.strategies[at]!.runs[round]!), run)),
  }));
  return { ...first, strategies };
}

export function simulationOf({ recording, strategies, warnings }: Tallies): Simulation {
  const { records, services, lengthMs, longestMs, truth, all } = recording;
  return {
    recording: {
      records,
      spans: all.spans,
      traces: truth.requests,
      failedTraces: truth.failed,
      services,
      lengthMs,
      longestMs,
    },
    strategies: strategies.map((strategy) => strategyOf(strategy, recording)),
    whole: {
      shapes: Object.fromEntries(shapesOf(all).counts),
      edges: Object.fromEntries(edgesOf(all).counts),
      spansPerRequest: all.spans / Math.max(1, truth.requests),
      spans: all.spans,
      squares: recording.squares,
    },
    warnings: [...warnings, ...strategies.flatMap(droppedWarning), ...slowWarnings(strategies, longestMs)],
  };
}

function strategyOf({ sampler, runs }: StrategyTallies, { truth, hasCallers }: RecordingTallies): SimulatedStrategy {
  const spec = samplers.parse(sampler);
  const inclusion = hasCallers && followsCallers(spec) ? undefined : spec.kind.probability?.(spec.config);
  const repetitions = runs.map(({ kept, complete, squares, products }) => {
    return { fidelity: deriveFidelity(truth, kept, inclusion, ALL), complete, squares, products };
  });
  return { sampler, repetitions };
}

/** Of thresholds above every trace. */
function slowWarnings(strategies: readonly StrategyTallies[], longestMs: number): Warning[] {
  return strategies.flatMap(({ sampler }) => {
    const configs = withNested(samplers.parse(sampler)).map(({ config }) => config as { readonly slow?: number });
    if (configs.every(({ slow = 0 }) => slow <= longestMs)) return [];
    const message = `${sampler}: its slow= is above every trace of the recording; the longest took ${longestMs.toFixed(1)} ms`;
    return [{ code: "slow-above-all", message, fix: "lower slow=, or record slower traffic" }];
  });
}

function droppedWarning({ sampler, runs }: StrategyTallies): Warning[] {
  const { dropped } = runs[0]!;
  if (dropped === 0) return [];
  const message = `${sampler}: ${dropped} traces left the Collector's memory before their decision`;
  return [{ code: "tail-dropped", message, fix: "raise traces= or lower wait=" }];
}
