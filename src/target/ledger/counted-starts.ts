import { context as activeContext, type Context, type Span, type SpanOptions, type Tracer } from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import type { Books } from "./span-counter.ts";

interface TracerSource {
  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer;
}

/** Counts at each tracer of `provider` the spans it starts, and those it does not because tracing is suppressed. */
export function countStarts(provider: TracerSource, books: Books): void {
  const getTracer = provider.getTracer.bind(provider);
  const counted = new WeakSet<Tracer>();
  provider.getTracer = (name, version, options) => {
    const tracer = getTracer(name, version, options);
    if (!counted.has(tracer)) countStartsOf(tracer, books);
    counted.add(tracer);
    return tracer;
  };
}

/** `startActiveSpan` needs no wrapper of its own: the SDK's calls `this.startSpan`. */
function countStartsOf(tracer: Tracer, books: Books): void {
  const startSpan = tracer.startSpan.bind(tracer);
  tracer.startSpan = (name: string, options?: SpanOptions, context: Context = activeContext.active()): Span => {
    if (isTracingSuppressed(context)) {
      books.suppressed++;
      return startSpan(name, options, context);
    }
    const span = startSpan(name, options, context);
    books.started++;
    return span;
  };
}
