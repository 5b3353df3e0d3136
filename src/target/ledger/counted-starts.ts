import {
  context as activeContext,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanKind,
  type SpanOptions,
  type Tracer,
} from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import { SamplingDecision, type Sampler, type SamplingResult } from "@opentelemetry/sdk-trace";
import { localParentOf } from "../samplers/per-local-root.ts";
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

/** Counts decisions; those on local roots also apart. */
export class CountedSampler implements Sampler {
  private readonly inner: Sampler;
  private readonly counter: SpanCounter;

  constructor(inner: Sampler, counter: SpanCounter) {
    this.inner = inner;
    this.counter = counter;
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const result = this.inner.shouldSample(context, traceId, spanName, spanKind, attributes, links);
    const { counter } = this;
    const { decision } = result;
    if (decision === SamplingDecision.RECORD_AND_SAMPLED) counter.sampled++;
    else if (decision === SamplingDecision.NOT_RECORD) counter.unsampled++;
    else if (decision === SamplingDecision.RECORD) counter.recordOnly++;
    if (localParentOf(context, traceId) === undefined) {
      counter.rootsStarted++;
      if (decision === SamplingDecision.RECORD_AND_SAMPLED) counter.rootsSampled++;
    }
    return result;
  }

  toString(): string {
    return this.inner.toString();
  }
}
