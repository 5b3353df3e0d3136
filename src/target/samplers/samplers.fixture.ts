/** For tests: real spans of the real SDK, with seeded ids and a clock that moves only by `advance`. */
import {
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
} from "@opentelemetry/api";
import { TracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Clock } from "../../base/clock.ts";
import { seededRandom } from "../../base/random.ts";
import { makeSampler } from "./index.ts";

export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export function manualClock(startMs = 1_700_000_000_000): ManualClock {
  let nowMs = startMs;
  return {
    monotonicMs: () => nowMs,
    epochMs: () => nowMs,
    sleep: async () => {},
    advance: (ms) => void (nowMs += ms),
  };
}

/** One service: its own sampler, its own spans. */
export interface Service extends AsyncDisposable {
  start(
    name: string,
    parent?: Context,
    attributes?: Attributes,
    startTimeMs?: number,
  ): { span: Span; context: Context };
  /** Spans that came out at the end of the pipeline. */
  kept(): ReadableSpan[];
  readonly rejected: { spans: number };
  readonly evicted: { spans: number };
  shutdown(): Promise<void>;
}

export async function startService(
  spec: string,
  given: { clock?: Clock; seed?: number; service?: string; baseDir?: string } = {},
): Promise<Service> {
  const { clock = manualClock(), seed = 1, service = "test", baseDir = import.meta.dirname } = given;
  const made = await makeSampler(spec, { service, baseDir, clock, seed });
  const exporter = new InMemorySpanExporter();
  const [rejected, evicted] = [{ spans: 0 }, { spans: 0 }];
  const losses = {
    rejected: () => void rejected.spans++,
    evicted: () => void evicted.spans++,
  };
  const processor = new SimpleSpanProcessor({ exporter });
  const provider = new TracerProvider({
    sampler: made.sampler,
    spanProcessors: [made.wrap?.(processor, losses) ?? processor],
    idGenerator: seededIds(seed),
  });
  const tracer = provider.getTracer("test");
  let copied: ReadableSpan[] | undefined;
  const shutdown = async (): Promise<void> => {
    copied ??= [...exporter.getFinishedSpans()];
    await made.shutdown?.();
  };
  return {
    rejected,
    evicted,
    kept: () => copied ?? exporter.getFinishedSpans(),
    start(name, parent = ROOT_CONTEXT, attributes = {}, startTime = Date.now()) {
      const span = tracer.startSpan(name, { attributes, startTime }, parent);
      return { span, context: trace.setSpan(parent, span) };
    },
    async shutdown() {
      const processed = exporter.getFinishedSpans();
      await provider.shutdown();
      copied = processed;
      await shutdown();
    },
    [Symbol.asyncDispose]: shutdown,
  };
}

function seededIds(seed: number): { generateTraceId(): string; generateSpanId(): string } {
  const random = seededRandom(seed);
  const word = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return {
    generateTraceId: () => word() + word() + word() + word(),
    generateSpanId: () => word() + word(),
  };
}

/** As if the span's context had come in a request's headers. */
export function remote(span: Span): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { ...span.spanContext(), isRemote: true });
}

export function isSampled(span: Span): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

export const failed = { code: SpanStatusCode.ERROR };

/** How many of `n` fair draws with chance `p` are believable: the 99.9 % interval, by the normal approximation. */
export function believable(n: number, p: number): readonly [number, number] {
  const halfWidth = 3.2905 * Math.sqrt(n * p * (1 - p)) + 0.5;
  return [n * p - halfWidth, n * p + halfWidth];
}
