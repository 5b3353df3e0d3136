import type { Sampler, SpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { systemClock, type Clock } from "../base/clock.ts";
import type { TargetLedger } from "./ledger/target-ledger.ts";
import { exporters } from "./exporters/index.ts";
import type { SamplerMade, TailLosses } from "./kinds.ts";
import { processors } from "./processors/index.ts";
import type { SpanCounts, TargetOptions } from "./protocol.ts";
import { makeSampler } from "./samplers/index.ts";

export type TracingOptions = Pick<
  TargetOptions,
  "service" | "sampler" | "processor" | "exporter" | "endpoints" | "baseDir" | "seed" | "counted"
>;

/** `sampler` must be one that makes a sampler, not `none` or `noop`. Throws a `UserError` for a wrong spec or file. */
export async function startTracing(options: TracingOptions, clock: Clock = systemClock): Promise<Tracing> {
  const made = await makeSampler(options.sampler, { ...options, clock });
  const ledger = options.counted ? new (await import("./ledger/target-ledger.ts")).TargetLedger() : undefined;
  const processor = await makeProcessor(options, made, ledger);
  const sampler = ledger?.countDecisions(made.sampler) ?? made.sampler;
  const provider = await makeProvider(options.service, sampler, processor);
  ledger?.countStarts(provider);
  await register(provider);
  return new Tracing(provider, made, ledger);
}

/** Naming evicted spans would be a cost of counting. */
const UNCOUNTED: TailLosses = { rejected() {}, evicted() {} };

async function makeProcessor(
  options: TracingOptions,
  made: SamplerMade,
  ledger: TargetLedger | undefined,
): Promise<SpanProcessor> {
  const { endpoints, baseDir } = options;
  const { kind, config } = processors.parse(options.processor);
  const sender = exporters.parse(options.exporter);
  const exporter = await sender.kind.make(sender.config, endpoints, { baseDir });
  const url = sender.kind.endpoint === "otlpHttp" ? endpoints.otlpHttp : undefined;
  const processor = await kind.make(config, ledger?.countExports(exporter, url) ?? exporter, { baseDir });
  const queue = ledger?.countQueue(processor, kind.batching?.(config).queue) ?? processor;
  const whole = made.wrap?.(queue, ledger?.counter ?? UNCOUNTED) ?? queue;
  return ledger?.countLives(whole) ?? whole;
}

async function makeProvider(service: string, sampler: Sampler, processor: SpanProcessor): Promise<TracerProvider> {
  const { TracerProvider } = await import("@opentelemetry/sdk-trace");
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

/** The measured tracing, registered with OpenTelemetry's API. */
export class Tracing {
  private readonly provider: TracerProvider;
  private readonly made: SamplerMade;
  private readonly ledger: TargetLedger | undefined;

  constructor(provider: TracerProvider, made: SamplerMade, ledger: TargetLedger | undefined) {
    this.provider = provider;
    this.made = made;
    this.ledger = ledger;
  }

  /** Exports the queue and waits at most `timeoutMs` for the answers to all exports. Rejects if the SDK does. */
  flush(timeoutMs = 30_000): Promise<void> {
    return this.closing("flush", timeoutMs, () => this.provider.forceFlush({ timeoutMillis: timeoutMs }));
  }

  /**
   * Shuts the SDK down, then waits for the answers to exports still under way, all within `timeoutMs`: the SDK itself stops
   * waiting at the first failed batch. Rejects with the SDK's reason or at the timeout; the counts are correct then too.
   */
  async shutdown(timeoutMs: number): Promise<void> {
    try {
      await this.closing("shutdown", timeoutMs, () => this.provider.shutdown());
    } finally {
      this.ledger?.close();
      await this.made.shutdown?.();
    }
  }

  /** Undefined if spans are not counted (`counted: false`). Final after `shutdown`. */
  counts(): SpanCounts | undefined {
    return this.ledger?.counts();
  }

  /** Spans that were or may have been lost, for `readLostSpans`. Can be large. */
  lostSpans(): string | undefined {
    return this.ledger?.lostSpans();
  }

  private async closing(what: string, timeoutMs: number, close: () => Promise<void>): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    const problems: string[] = [];
    const closed = close().catch((error: unknown) => void problems.push(...messages(error)));
    const inTime = await within(closed, timeoutMs);
    const settled = await this.ledger?.settled(Math.max(0, deadline - performance.now()));
    if (!inTime || settled === false) problems.push(`${what} did not end within ${timeoutMs} ms`);
    if (problems.length > 0) throw new Error(problems.join("; "));
  }
}

/** Whether `promise` resolves within `timeoutMs`. */
async function within(promise: Promise<void>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

/** The SDK rejects a flush with a list of errors, a shutdown with one. */
function messages(error: unknown): string[] {
  const errors: unknown[] = Array.isArray(error) ? error : [error];
  return errors.map((each) => (each instanceof Error ? each.message : String(each)));
}
