import type { SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { systemClock, type Clock } from "../base/clock.ts";
import { SpanCounter } from "./ledger/span-counter.ts";
import { exporters } from "./exporters/index.ts";
import type { SamplerMade, TailLosses } from "./kinds.ts";
import { processors } from "./processors/index.ts";
import type { SpanCounts, TargetOptions } from "./protocol.ts";
import { makeSampler } from "./samplers/index.ts";

/** The measured tracing, registered with OpenTelemetry's API. */
export interface Tracing {
  /** Exports the queue and waits at most `timeoutMs` (30 s) for the answers to all exports. Rejects if the SDK does. */
  flush(timeoutMs?: number): Promise<void>;
  /**
   * Shuts the SDK down, then waits for the answers to exports still under way, all within `timeoutMs`: the SDK itself stops
   * waiting at the first failed batch. Rejects with the SDK's reason or at the timeout; the counts are correct then too.
   */
  shutdown(timeoutMs: number): Promise<void>;
  /** Undefined if spans are not counted (`counted: false`). Final after `shutdown`. */
  counts(): SpanCounts | undefined;
  /** Spans that were or may have been lost, for `readLostSpans`. Can be large. */
  lostSpans(): string | undefined;
}

export type TracingOptions = Pick<
  TargetOptions,
  "service" | "sampler" | "processor" | "exporter" | "endpoints" | "baseDir" | "seed" | "counted"
>;

/** `sampler` must be one that makes a sampler, not `none` or `noop`. Throws a `UserError` for a wrong spec or file. */
export async function startTracing(options: TracingOptions, clock: Clock = systemClock): Promise<Tracing> {
  const made = await makeSampler(options.sampler, { ...options, clock });
  const pipeline = await (options.counted ? countedPipeline : barePipeline)(options, made);
  const provider = await provide(options.service, pipeline);
  pipeline.watch?.(provider);
  provider.register();
  return new RunningTracing(provider, pipeline, made);
}

interface Pipeline {
  readonly sampler: SamplerMade["sampler"];
  readonly processor: SpanProcessor;
  readonly outcome?: {
    counts(): SpanCounts;
    lost(): string;
    settled(timeoutMs: number): Promise<boolean>;
  };
  readonly watch?: (provider: NodeTracerProvider) => void;
  readonly close?: () => void;
}

async function makeExporter(options: TracingOptions): Promise<SpanExporter> {
  const { kind, config } = exporters.parse(options.exporter);
  return kind.make(config, options.endpoints, { baseDir: options.baseDir });
}

/** Naming evicted spans would be a cost of counting. */
const UNCOUNTED: TailLosses = { rejected() {}, evicted() {} };

async function barePipeline(options: TracingOptions, made: SamplerMade): Promise<Pipeline> {
  const { kind, config } = processors.parse(options.processor);
  const processor = await kind.make(config, await makeExporter(options), { baseDir: options.baseDir });
  return { sampler: made.sampler, processor: made.wrap?.(processor, UNCOUNTED) ?? processor };
}

async function countedPipeline(options: TracingOptions, made: SamplerMade): Promise<Pipeline> {
  const { CountedSampler } = await import("./ledger/counted-sampler.ts");
  const { CountedLife, CountedQueue } = await import("./ledger/counted-processor.ts");
  const { CountedExporter } = await import("./ledger/counted-exporter.ts");
  const { countTracers } = await import("./ledger/counted-tracers.ts");
  const { watchAnswers } = await import("./ledger/export-answers.ts");
  const counter = new SpanCounter();
  const endpoint = exporters.parse(options.exporter).kind.endpoint;
  const answers = endpoint === "otlpHttp" ? watchAnswers(options.endpoints.otlpHttp) : undefined;
  const exporter = new CountedExporter(await makeExporter(options), counter, () => answers?.latestStatus());
  const { kind, config } = processors.parse(options.processor);
  const queue = new CountedQueue(
    await kind.make(config, exporter, { baseDir: options.baseDir }),
    counter,
    kind.batching?.(config).queue,
  );
  return {
    sampler: new CountedSampler(made.sampler, counter),
    processor: new CountedLife(made.wrap?.(queue, counter) ?? queue, counter),
    outcome: {
      lost: () => counter.lost.toBase64(exporter.pending()),
      settled: (timeoutMs) => exporter.settled(timeoutMs),
      counts() {
        const { queued, lost: _named, ...counted } = counter;
        const { exported } = exporter;
        const [exportFailed, unresolved] = [exporter.exportFailed(), exporter.unresolved()];
        return { ...counted, exported, exportFailed, unresolved, stillQueued: queued };
      },
    },
    watch: (provider) => countTracers(provider, counter),
    close: () => answers?.stop(),
  };
}

async function provide(service: string, { sampler, processor }: Pipeline): Promise<NodeTracerProvider> {
  const { NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
  const { defaultResource, resourceFromAttributes } = await import("@opentelemetry/resources");
  return new NodeTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ "service.name": service })),
    sampler,
    spanProcessors: [processor],
  });
}

class RunningTracing implements Tracing {
  private readonly provider: NodeTracerProvider;
  private readonly pipeline: Pipeline;
  private readonly made: SamplerMade;

  constructor(provider: NodeTracerProvider, pipeline: Pipeline, made: SamplerMade) {
    this.provider = provider;
    this.pipeline = pipeline;
    this.made = made;
  }

  flush(timeoutMs = 30_000): Promise<void> {
    return this.closing("flush", timeoutMs, () => this.provider.forceFlush({ timeoutMillis: timeoutMs }));
  }

  async shutdown(timeoutMs: number): Promise<void> {
    try {
      await this.closing("shutdown", timeoutMs, () => this.provider.shutdown());
    } finally {
      this.pipeline.close?.();
      await this.made.shutdown?.();
    }
  }

  counts(): SpanCounts | undefined {
    return this.pipeline.outcome?.counts();
  }

  lostSpans(): string | undefined {
    return this.pipeline.outcome?.lost();
  }

  private async closing(what: string, timeoutMs: number, close: () => Promise<void>): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    const problems: string[] = [];
    const closed = close().catch((error: unknown) => void problems.push(...messages(error)));
    const inTime = await within(closed, timeoutMs);
    const settled = await this.pipeline.outcome?.settled(Math.max(0, deadline - performance.now()));
    if (!inTime || settled === false) problems.push(`${what} did not end within ${timeoutMs} ms`);
    if (problems.length > 0) throw new Error(problems.join("; "));
  }
}

/** Whether `promise` resolves within `timeoutMs`. */
async function within(promise: Promise<void>, timeoutMs: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), timeoutMs);
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

/** The SDK rejects a flush with a list of errors, a shutdown with one. */
function messages(error: unknown): string[] {
  const errors: unknown[] = Array.isArray(error) ? error : [error];
  return errors.map((each) => (each instanceof Error ? each.message : String(each)));
}
