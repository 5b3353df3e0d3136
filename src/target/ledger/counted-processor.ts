import { TraceFlags, type Context } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { SpanCounter } from "./span-counter.ts";

/** Passes everything on; `onEnding` only if the inner processor has it. */
abstract class Passing {
  protected readonly inner: SpanProcessor;
  protected readonly counter: SpanCounter;
  readonly onEnding?: (span: Span) => void;

  constructor(inner: SpanProcessor, counter: SpanCounter) {
    this.inner = inner;
    this.counter = counter;
    if (inner.onEnding !== undefined) this.onEnding = (span) => inner.onEnding!(span);
  }

  onStart(span: Span, context: Context): void {
    this.inner.onStart(span, context);
  }

  forceFlush(): Promise<void> {
    return this.inner.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }
}

/** First in the pipeline: counts sampled spans between their start and their end. */
export class CountedLife extends Passing implements SpanProcessor {
  override onStart(span: Span, context: Context): void {
    if (isSampled(span)) this.counter.unended++;
    this.inner.onStart(span, context);
  }

  onEnd(span: ReadableSpan): void {
    if (isSampled(span)) this.counter.unended--;
    this.inner.onEnd(span);
  }
}

/**
 * Directly in front of the measured processor. The SDK's BatchSpanProcessor does not report which spans it drops. Its rule
 * is mirrored here: the queue is what it took and has not handed to the exporter; a span that ends while the queue holds
 * `queueSize` spans is dropped.
 */
export class CountedQueue extends Passing implements SpanProcessor {
  private readonly queueSize: number;
  private isShutDown = false;

  constructor(inner: SpanProcessor, counter: SpanCounter, queueSize: number | undefined) {
    super(inner, counter);
    this.queueSize = queueSize ?? Infinity;
  }

  onEnd(span: ReadableSpan): void {
    if (isSampled(span)) {
      const { counter } = this;
      if (!this.isShutDown && counter.queued < this.queueSize) counter.queued++;
      else {
        if (this.isShutDown) counter.afterShutdown++;
        else counter.queueFull++;
        counter.lost.add(span);
      }
    }
    this.inner.onEnd(span);
  }

  override shutdown(): Promise<void> {
    this.isShutDown = true;
    return this.inner.shutdown();
  }
}

function isSampled(span: ReadableSpan): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}
