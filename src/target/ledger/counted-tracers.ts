import { context as activeContext, type Context, type Span, type SpanOptions, type Tracer } from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import type { SpanCounter } from "./span-counter.ts";

interface TracerSource {
  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer;
}

/** Counts the spans that the tracers of `provider` start, and those they do not start because tracing is suppressed. */
export function countTracers(provider: TracerSource, counter: SpanCounter): void {
  const getTracer = provider.getTracer.bind(provider);
  const counted = new WeakSet<Tracer>();
  provider.getTracer = (name, version, options) => {
    const tracer = getTracer(name, version, options);
    if (!counted.has(tracer)) countTracersOf(tracer, counter);
    counted.add(tracer);
    return tracer;
  };
}

/** `startActiveSpan` needs no wrapper of its own: the SDK's calls `this.startSpan`. */
function countTracersOf(tracer: Tracer, counter: SpanCounter): void {
  const startSpan = tracer.startSpan.bind(tracer);
  tracer.startSpan = (name: string, options?: SpanOptions, context: Context = activeContext.active()): Span => {
    if (isTracingSuppressed(context)) {
      counter.suppressed++;
      return startSpan(name, options, context);
    }
    const span = startSpan(name, options, context);
    counter.started++;
    return span;
  };
}
