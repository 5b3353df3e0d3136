import type { Sampler, SpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { systemClock, withinTime, type Clock } from "../base/clock.ts";
import { CountedExporter } from "./ledger/counted-exporter.ts";
import { CountedLife, CountedQueue } from "./ledger/counted-processor.ts";
import { CountedSampler, countTracers } from "./ledger/counted-starts.ts";
import { SpanCounter } from "./ledger/span-counter.ts";
import { exporters } from "./exporters/index.ts";
import type { SamplerMade, TailLosses } from "./kinds.ts";
import { processors } from "./processors/index.ts";
import type { SpanCounts, TargetOptions } from "./protocol.ts";
import { makeSampler } from "./samplers/index.ts";
import { loadSdk } from "./sdk.ts";

export type TracingOptions = Pick<
  TargetOptions,
  "service" | "sampler" | "processor" | "exporter" | "endpoints" | "baseDir" | "seed" | "counted"
>;

/** `sampler` must be one that makes a sampler, not `none` or `noop`. Throws a `UserError` for a wrong spec or file. */
export async function startTracing(options: TracingOptions, clock: Clock = systemClock): Promise<Tracing> {
  const made = await makeSampler(options.sampler, { ...options, clock });
  const counter = options.counted ? new SpanCounter() : undefined;
  const { processor, exporter } = await makePipeline(options, made, counter);
  const sampler = counter ? new CountedSampler(made.sampler, counter) : made.sampler;
  const provider = await makeProvider(options.service, sampler, processor);
  if (counter) countTracers(provider, counter);
  await register(provider);
  return new Tracing(provider, made, counter && exporter && { counter, exporter });
}

/** Naming evicted spans would be a cost of counting. */
const UNCOUNTED: TailLosses = { rejected() {}, evicted() {} };

/** The processor and its exporter; with a counter, what counts around each of them. */
async function makePipeline(
  options: TracingOptions,
  made: SamplerMade,
  counter: SpanCounter | undefined,
): Promise<{ readonly processor: SpanProcessor; readonly exporter?: CountedExporter }> {
  const { endpoints, baseDir } = options;
  const { kind, config } = processors.parse(options.processor);
  const sender = exporters.parse(options.exporter);
  const plain = await sender.kind.make(sender.config, endpoints, { baseDir });
  if (counter === undefined) {
    const processor = await kind.make(config, plain, { baseDir });
    return { processor: made.wrap?.(processor, UNCOUNTED) ?? processor };
  }
  const url = sender.kind.endpoint === "otlpHttp" ? endpoints.otlpHttp : undefined;
  const exporter = new CountedExporter(plain, counter, url);
  const processor = await kind.make(config, exporter, { baseDir });
  const queue = new CountedQueue(processor, counter, kind.batching?.(config).queue);
  return { exporter, processor: new CountedLife(made.wrap?.(queue, counter) ?? queue, counter) };
}

async function makeProvider(service: string, sampler: Sampler, processor: SpanProcessor): Promise<TracerProvider> {
  const { TracerProvider } = await loadSdk();
  const { defaultResource, resourceFromAttributes } = await import("@opentelemetry/resources");
  return new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ "service.name": process.env["OTEL_SERVICE_NAME"] ?? service }),
    ),
    sampler,
    spanProcessors: [processor],
  });
}

/** What NodeTracerProvider does, which SDK 3 no longer has. */
async function register(provider: TracerProvider): Promise<void> {
  const { context, propagation, trace } = await import("@opentelemetry/api");
  const { AsyncLocalStorageContextManager } = await import("@opentelemetry/context-async-hooks");
  const core = await import("@opentelemetry/core");
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const propagators = [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()];
  propagation.setGlobalPropagator(new core.CompositePropagator({ propagators }));
}

/** The target's side of the ledger. */
interface Ledger {
  readonly counter: SpanCounter;
  readonly exporter: CountedExporter;
}

/** The measured tracing, registered with OpenTelemetry's API. */
export class Tracing {
  private readonly provider: TracerProvider;
  private readonly made: SamplerMade;
  private readonly ledger: Ledger | undefined;

  constructor(provider: TracerProvider, made: SamplerMade, ledger: Ledger | undefined) {
    this.provider = provider;
    this.made = made;
    this.ledger = ledger;
  }

  /** Exports the queue, and waits at most `timeoutMs` for the answers to all exports. */
  flush(timeoutMs = 30_000): Promise<void> {
    return this.closing(timeoutMs, async () => this.provider.forceFlush({ timeoutMillis: timeoutMs }));
  }

  /**
   * Shuts the SDK down, then waits for the answers to exports still under way, all within `timeoutMs`: the SDK itself stops
   * waiting at the first failed batch.
   */
  async shutdown(timeoutMs: number): Promise<void> {
    await this.closing(timeoutMs, async () => this.provider.shutdown());
    await this.made.shutdown?.();
  }

  /** Undefined if spans are not counted (`counted: false`). Final after `shutdown`. */
  counts(): SpanCounts | undefined {
    if (this.ledger === undefined) return undefined;
    const { counter, exporter } = this.ledger;
    const { queued, lost: _named, ...counted } = counter;
    const [exportFailed, unresolved] = [exporter.exportFailed(), exporter.unresolved()];
    return { ...counted, exported: exporter.exported, exportFailed, unresolved, stillQueued: queued };
  }

  /** Whether all that was counted has come to its end, so that counts can begin anew. */
  get isAtRest(): boolean {
    const counts = this.counts();
    if (counts === undefined) return false;
    const { exported, queueFull, afterShutdown, tailRejected, tailEvicted, unended, stillQueued } = counts;
    const isOpen = unended + stillQueued + counts.unresolved.count > 0 || Object.keys(counts.exportFailed).length > 0;
    return !isOpen && counts.sampled === exported + queueFull + afterShutdown + tailRejected + tailEvicted;
  }

  countAnew(): void {
    this.ledger?.counter.reset();
    if (this.ledger) this.ledger.exporter.exported = 0;
  }

  /** Spans that were or may have been lost, for `readLostSpans`. Can be large. */
  lostSpans(): string | undefined {
    return this.ledger?.counter.lost.toBase64(this.ledger.exporter.pending());
  }

  /** Whether the SDK rejects or not: what has failed is in the counts. */
  private async closing(timeoutMs: number, close: () => Promise<void>): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    const closed = close().catch(() => undefined);
    await withinTime(closed, timeoutMs);
    await this.ledger?.exporter.settled(Math.max(0, deadline - performance.now()));
  }
}
