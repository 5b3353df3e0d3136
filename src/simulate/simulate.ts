import { anatomyOf } from "../fidelity/trace-anatomy.ts";
import { Kept, type KeptTrace } from "../fidelity/kept.ts";
import { Truth, type AnsweredRequest } from "../fidelity/truth.ts";
import { weightOf } from "../fidelity/trial-fidelity.ts";
import { followsCallers } from "../spec/workload.ts";
import type { Warning } from "../record/trial-record.ts";
import { samplers } from "../target/samplers/index.ts";
import { assembleTraces } from "./assemble.ts";
import {
  strategyOf,
  wholeRecording,
  type SimulatedRun,
  type SimulatedStrategy,
  type StrategyRuns,
  type WholeRecording,
} from "./outcome.ts";
import { Problems } from "./problems.ts";
import { readRecordedSpans } from "./read/recorded-spans.ts";
import type { RecordedSpan } from "./recorded-span.ts";
import { clockOf, type RecordedTrace } from "./recorded-trace.ts";
import { WaitingTraces } from "./collector-tail.ts";
import { Strategy } from "./strategy.ts";

export interface SimulateOptions {
  readonly files: readonly string[];
  /** Canonical spec strings of samplers. */
  readonly samplers: readonly string[];
  /** How often each strategy is tried with new trace ids. Those that keep all or nothing are tried once. */
  readonly repeat: number;
  readonly seed: number;
  /** Traces arrive evenly at this rate, in recorded order; without it, at their recorded times. */
  readonly trafficPerSecond?: number | undefined;
  /** Spans held while their traces are put together. */
  readonly windowSpans: number;
  /** Relative file names in specs are relative to this folder. */
  readonly baseDir: string;
}

interface Recording {
  /** As read; Zipkin's shared and partial records count each. */
  readonly records: number;
  readonly spans: number;
  readonly traces: number;
  readonly failedTraces: number;
  readonly services: number;
  /** From the first to the last trace's start, impossible clocks left out; at `trafficPerSecond` where that is given. */
  readonly lengthMs: number;
}

export interface Simulation {
  readonly recording: Recording;
  readonly strategies: readonly SimulatedStrategy[];
  readonly whole: WholeRecording;
  readonly warnings: readonly Warning[];
}

/** One strategy in one repetition, and what it has kept so far. */
interface Run extends SimulatedRun {
  readonly strategy: Strategy;
  complete: number;
  squares: number;
  products: number;
  /** If a Collector decides. */
  readonly waiting: WaitingTraces | undefined;
}

/**
 * What each strategy would keep of recorded traces, judged like a live trial. Files are streamed: memory holds the
 * window of spans and the tallies, whatever their size. Throws a `UserError` for files that hold no traces.
 */
export async function simulate(options: SimulateOptions): Promise<Simulation> {
  const replay = new Replay(options);
  try {
    const problems = new Problems();
    const spans = replay.counted(readAll(options.files, problems));
    for await (const traces of assembleTraces(spans, options.windowSpans, problems)) {
      for (const trace of traces) {
        const fresh = replay.newServices(trace);
        if (fresh.length > 0) await replay.prepare(fresh);
        replay.take(trace);
      }
    }
    const dropped = replay.finish();
    return { ...replay.result(), warnings: [...problems.toWarnings(), ...dropped] };
  } finally {
    await replay.shutdown();
  }
}

async function* readAll(files: readonly string[], problems: Problems): AsyncGenerator<RecordedSpan[]> {
  for (const file of files) yield* readRecordedSpans(file, problems);
}

class Replay {
  private readonly options: SimulateOptions;
  private readonly strategies: (StrategyRuns & { readonly follows: boolean; readonly runs: readonly Run[] })[];
  private readonly truth = new Truth();
  /** The whole recording: what can be covered. */
  private readonly all = new Kept();
  private squares = 0;
  private readonly services = new Set<string>();
  private records = 0;
  private nowMs = 0;
  private firstMs: number | undefined;
  private isTimeSound = false;
  private hasCallers = false;

  constructor(options: SimulateOptions) {
    this.options = options;
    this.strategies = options.samplers.map((sampler) => {
      const spec = samplers.parse(sampler);
      const { kind, config } = spec;
      const follows = followsCallers(spec);
      const inclusion = kind.probability?.(config);
      const policy = kind.wholeTrace?.(config);
      const repeat = inclusion === 0 || inclusion === 1 ? 1 : options.repeat;
      const runs = Array.from({ length: repeat }, (_, round): Run => {
        const strategy = new Strategy({ sampler, policy, baseDir: options.baseDir, seed: options.seed + round });
        const waiting = policy && new WaitingTraces(policy);
        return { strategy, kept: new Kept(), complete: 0, squares: 0, products: 0, waiting };
      });
      return { sampler, inclusion, follows, runs };
    });
  }

  async *counted(batches: AsyncIterable<RecordedSpan[]>): AsyncGenerator<RecordedSpan[]> {
    for await (const batch of batches) {
      this.records += batch.length;
      yield batch;
    }
  }

  /** Services that come for the first time. */
  newServices({ services }: RecordedTrace): string[] {
    return services
      .values()
      .filter((service) => !this.services.has(service))
      .toArray();
  }

  /** Makes the samplers of services. */
  async prepare(services: readonly string[]): Promise<void> {
    for (const service of services) this.services.add(service);
    for (const { runs } of this.strategies) for (const { strategy } of runs) await strategy.prepare(services);
  }

  take(trace: RecordedTrace): void {
    this.tick(trace);
    const { nowMs } = this;
    const anatomy = anatomyOf(trace);
    this.hasCallers ||= trace.caller !== undefined;
    this.truth.add(trace.request);
    const route = this.truth.routeOf(trace.request);
    this.all.add(trace.request, route, { ...anatomy, weight: 1 });
    this.squares += anatomy.spans ** 2;
    for (const { inclusion, follows, runs } of this.strategies) {
      for (const run of runs) {
        const { kept, present, adjustedCount: weight } = run.strategy.decide(trace, nowMs);
        const left = kept === anatomy.spans || kept === 0 ? anatomy : anatomyOf(trace, present);
        const found = { ...left, weight: weightOf(weight, trace.caller && follows ? undefined : inclusion) };
        const count = kept === 0 ? undefined : countLater(run, trace.request, route, found, anatomy.spans);
        if (run.waiting === undefined) count?.();
        else run.waiting.add(nowMs, count);
      }
    }
  }

  /** Lets Collectors decide what still waits. Returns warnings of what they dropped undecided. */
  finish(): Warning[] {
    return this.strategies.flatMap(({ sampler, runs }): Warning[] => {
      for (const { waiting } of runs) waiting?.finish();
      const dropped = runs[0]!.waiting?.dropped ?? 0;
      if (dropped === 0) return [];
      const message = `${sampler}: ${dropped} traces left the Collector's memory before their decision`;
      return [{ code: "tail-dropped", message, fix: "raise traces= or lower wait=" }];
    });
  }

  result(): Omit<Simulation, "warnings"> {
    return {
      recording: {
        records: this.records,
        spans: this.all.spans,
        traces: this.truth.requests,
        failedTraces: this.truth.failed,
        services: this.services.size,
        lengthMs: this.options.trafficPerSecond === undefined ? this.nowMs - (this.firstMs ?? this.nowMs) : this.nowMs,
      },
      strategies: this.strategies.map(({ follows, ...strategy }) =>
        strategyOf(follows && this.hasCallers ? { ...strategy, inclusion: undefined } : strategy, this.truth),
      ),
      whole: wholeRecording(this.all, this.squares, this.truth),
    };
  }

  async shutdown(): Promise<void> {
    for (const { runs } of this.strategies) for (const { strategy } of runs) await strategy.shutdown();
  }

  /** Moves the time on. Times before 2000 count until the first sound one (a whole recording may have them), later ones never. */
  private tick(trace: RecordedTrace): void {
    const { trafficPerSecond } = this.options;
    const clock = clockOf(trace.spans[0]!);
    if (trafficPerSecond !== undefined) this.nowMs = (this.truth.requests * 1000) / trafficPerSecond;
    else if (clock === "sound" || (clock === "early" && !this.isTimeSound)) {
      this.nowMs = Math.max(this.nowMs, trace.startMs);
      if (!this.isTimeSound && clock === "sound") this.firstMs = undefined;
      this.isTimeSound ||= clock === "sound";
      this.firstMs ??= this.nowMs;
    }
  }
}

/** Counts a kept trace when it is called. It holds no spans, because a Collector's traces wait long. */
function countLater(run: Run, request: AnsweredRequest, route: string, found: KeptTrace, recorded: number): () => void {
  return () => {
    if (found.spans === recorded) run.complete++;
    run.squares += found.spans ** 2;
    run.products += found.spans * recorded;
    run.kept.add(request, route, found);
  };
}
