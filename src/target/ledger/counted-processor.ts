import { TraceFlags, type Context } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Books } from "./span-counter.ts";

/** What both wrappers share: all is passed on, and `onEnding` only where the inner processor wants it. */
abstract class Passing {
  protected readonly inner: SpanProcessor;
  protected readonly books: Books;
  readonly onEnding?: (span: Span) => void;

  constructor(inner: SpanProcessor, books: Books) {
    this.inner = inner;
    this.books = books;
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

/** In front of everything: sampled spans between their start and their end. */
export class CountedLife extends Passing implements SpanProcessor {
  override onStart(span: Span, context: Context): void {
    if (isSampled(span)) this.books.unended++;
    this.inner.onStart(span, context);
  }

  onEnd(span: ReadableSpan): void {
    if (isSampled(span)) this.books.unended--;
    this.inner.onEnd(span);
  }
}

/**
 * Directly in front of the processor under test. The SDK's BatchSpanProcessor tells nobody which spans it drops,
 * but it drops by a rule that can be mirrored exactly: what it let in and has not handed to the exporter is its
 * queue, and a span that ends while the queue holds `queueSize` is dropped.
 */
export class CountedQueue extends Passing implements SpanProcessor {
  private readonly queueSize: number;
  private isShutDown = false;

  constructor(inner: SpanProcessor, books: Books, queueSize: number | undefined) {
    super(inner, books);
    this.queueSize = queueSize ?? Infinity;
  }

  onEnd(span: ReadableSpan): void {
    if (isSampled(span)) {
      const { books } = this;
      if (!this.isShutDown && books.queued < this.queueSize) books.queued++;
      else {
        if (this.isShutDown) books.afterShutdown++;
        else books.queueFull++;
        books.lost.add(span);
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
