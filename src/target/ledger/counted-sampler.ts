import { trace, type Attributes, type Context, type Link, type SpanKind } from "@opentelemetry/api";
import { SamplingDecision, type Sampler, type SamplingResult } from "@opentelemetry/sdk-trace";
import type { SpanCounter } from "./span-counter.ts";

/** Counts decisions; those on local roots (spans without a parent in this process) also apart. */
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
    const parent = trace.getSpanContext(context);
    if (parent === undefined || parent.isRemote === true || parent.traceId !== traceId) {
      counter.rootsStarted++;
      if (decision === SamplingDecision.RECORD_AND_SAMPLED) counter.rootsSampled++;
    }
    return result;
  }

  toString(): string {
    return this.inner.toString();
  }
}
