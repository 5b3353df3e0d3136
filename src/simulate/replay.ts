import { anatomyOf } from "../fidelity/trace-anatomy.ts";
import { Kept, type KeptTrace } from "../fidelity/kept.ts";
import { Truth, type AnsweredRequest } from "../fidelity/truth.ts";
import { weightOf } from "../fidelity/trial-fidelity.ts";
import { followsCallers } from "../spec/workload.ts";
import { samplers } from "../target/samplers/index.ts";
import { WaitingTraces } from "./collector-tail.ts";
import type { SimulatedRun, Tallies } from "./outcome.ts";
import { tookUs, type RecordedSpan } from "./recorded-span.ts";
import { clockOf, type RecordedTrace } from "./recorded-trace.ts";
import { shardOf, WHOLE, type Shard } from "./shard.ts";
import type { SimulateOptions } from "./simulate-options.ts";
import { Strategy } from "./strategy.ts";

/** One strategy in one repetition, and what it has kept so far. */
interface Run extends Omit<SimulatedRun, "dropped"> {
  readonly strategy: Strategy;
  complete: number;
  squares: number;
  products: number;
  /** If a Collector decides. */
  readonly waiting: WaitingTraces | undefined;
  /**
   * The shard that decides all traces of the run. Undefined: each trace is decided by its own shard, because the sampler has
   * a probability for every trace, so that no decision depends on other traces.
   */
  readonly owner: number | undefined;
}

interface StrategyRuns {
  readonly sampler: string;
  readonly inclusion: number | undefined;
  readonly follows: boolean;
  readonly runs: readonly Run[];
}

/** Takes the traces of a recording in turn, and lets each strategy decide on those of the shard. */
export class Replay {
  private readonly options: SimulateOptions;
  private readonly shard: Shard;
  private readonly strategies: readonly StrategyRuns[];
  private readonly truth = new Truth();
  private longestMs = 0;
  /** The whole recording: what can be covered. */
  private readonly all = new Kept();
  private squares = 0;
  private readonly services = new Set<string>();
  private records = 0;
  private nowMs = 0;
  private recordedMs = 0;
  private firstMs: number | undefined;
  private isTimeSound = false;
  private hasCallers = false;

  constructor(options: SimulateOptions, shard: Shard = WHOLE) {
    this.options = options;
    this.shard = shard;
    let owned = 0;
    this.strategies = options.samplers.map((sampler) => {
      const spec = samplers.parse(sampler);
      const inclusion = spec.kind.probability?.(spec.config);
      const policy = spec.kind.wholeTrace?.(spec.config);
      // ids decide nothing
      const isCertain = inclusion === 0 || inclusion === 1 || policy?.ratio === 0;
      const repeat = isCertain ? 1 : options.repeat;
      const runs = Array.from({ length: repeat }, (_, round): Run => {
        const strategy = new Strategy({ sampler, policy, baseDir: options.baseDir, seed: options.seed + round });
        const waiting = policy && new WaitingTraces(policy);
        const owner = inclusion === undefined ? 1 + (owned++ % shard.of) : undefined;
        return { strategy, kept: new Kept(), complete: 0, squares: 0, products: 0, waiting, owner };
      });
      return { sampler, inclusion, follows: followsCallers(spec), runs };
    });
  }

  async *counted(batches: AsyncIterable<RecordedSpan[]>): AsyncGenerator<RecordedSpan[]> {
    for await (const batch of batches) {
      this.records += batch.length;
      yield batch;
    }
  }

  /** Services that come for the first time. */
  newServices({ service }: RecordedTrace): string[] {
    return service.filter((one) => !this.services.has(one));
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
    this.longestMs = Math.max(this.longestMs, tookUs(trace.spans) / 1000);
    const route = this.truth.routeOf(trace.request);
    this.all.addFurther(anatomy);
    this.all.addShape(anatomy);
    this.squares += anatomy.spans ** 2;
    const own = shardOf(trace.traceId, this.shard.of);
    for (const { inclusion, follows, runs } of this.strategies) {
      for (const run of runs) {
        if ((run.owner ?? own) !== this.shard.index) continue;
        const { kept, present, adjustedCount: weight } = run.strategy.decide(trace, nowMs);
        const left = kept === anatomy.spans || kept === 0 ? anatomy : anatomyOf(trace, present);
        const found = { ...left, weight: weightOf(weight, trace.caller && follows ? undefined : inclusion) };
        const count = kept === 0 ? undefined : countLater(run, trace.request, route, found, anatomy.spans);
        if (run.waiting === undefined) count?.();
        else run.waiting.add(nowMs, count);
      }
    }
  }

  /** Lets Collectors decide what still waits. */
  finish(): Omit<Tallies, "warnings"> {
    for (const { runs } of this.strategies) for (const { waiting } of runs) waiting?.finish();
    const { records, truth, all, squares, hasCallers, services, longestMs } = this;
    const lengthMs = this.recordedMs - (this.firstMs ?? this.recordedMs);
    return {
      recording: { records, services: services.size, lengthMs, longestMs, hasCallers, truth, all, squares },
      strategies: this.strategies.map(({ sampler, runs }) => ({
        sampler,
        runs: runs.map(({ kept, complete, squares: own, products, waiting }) => {
          return { kept, complete, squares: own, products, dropped: waiting?.dropped ?? 0 };
        }),
      })),
    };
  }

  async shutdown(): Promise<void> {
    for (const { runs } of this.strategies) for (const { strategy } of runs) await strategy.shutdown();
  }

  /** Moves the time on. Times before 2000 count until the first sound one (a whole recording may have them), later ones never. */
  private tick(trace: RecordedTrace): void {
    const { trafficPerSecond } = this.options;
    const clock = clockOf(trace.spans[0]!);
    if (clock === "sound" || (clock === "early" && !this.isTimeSound)) {
      this.recordedMs = Math.max(this.recordedMs, trace.startMs);
      if (!this.isTimeSound && clock === "sound") this.firstMs = undefined;
      this.isTimeSound ||= clock === "sound";
      this.firstMs ??= this.recordedMs;
    }
    this.nowMs = trafficPerSecond === undefined ? this.recordedMs : (this.truth.requests * 1000) / trafficPerSecond;
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
