import { trace, type Attributes, type Context, type Link, type SpanKind } from "@opentelemetry/api";
import { SamplingDecision, type Sampler, type SamplingResult } from "@opentelemetry/sdk-trace";
import type { Books } from "./span-counter.ts";

/** Counts decisions, and apart those about local roots: spans whose parent is absent or in another process. */
export class CountedSampler implements Sampler {
  private readonly inner: Sampler;
  private readonly books: Books;

  constructor(inner: Sampler, books: Books) {
    this.inner = inner;
    this.books = books;
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
    const { books } = this;
    const { decision } = result;
    if (decision === SamplingDecision.RECORD_AND_SAMPLED) books.sampled++;
    else if (decision === SamplingDecision.NOT_RECORD) books.unsampled++;
    else if (decision === SamplingDecision.RECORD) books.recordOnly++;
    const parent = trace.getSpanContext(context);
    if (parent === undefined || parent.isRemote === true || parent.traceId !== traceId) {
      books.rootsStarted++;
      if (decision === SamplingDecision.RECORD_AND_SAMPLED) books.rootsSampled++;
    }
    return result;
  }

  toString(): string {
    return this.inner.toString();
  }
}
