import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { LostSpans } from "./lost-spans.ts";
import type { TailLosses } from "../kinds.ts";

/**
 * The counters of one process, written by the wrappers around tracer, sampler and processor. Counting a span is one
 * addition; only lost spans are named. Each figure has its own place in the pipeline, so a span that disappears shows as
 * a residual.
 */
export class SpanCounter implements TailLosses {
  /** At the tracer, when it returns the span. */
  started = 0;
  suppressed = 0;
  /** At the sampler, by decision. */
  unsampled = 0;
  recordOnly = 0;
  sampled = 0;
  rootsStarted = 0;
  rootsSampled = 0;
  /** Before the processors: sampled spans that started and have not ended. */
  unended = 0;
  tailRejected = 0;
  tailEvicted = 0;
  /** Before the measured processor. */
  queueFull = 0;
  afterShutdown = 0;
  /** Taken by the processor and not yet handed to the exporter. */
  queued = 0;

  /** Sampled spans that are lost, and those of failed batches: some of these may have arrived. */
  readonly lost = new LostSpans();

  /** Counts anew. */
  reset(): void {
    const { lost: _own, ...zeros } = new SpanCounter();
    Object.assign(this, zeros);
    this.lost.clear();
  }

  rejected(): void {
    this.tailRejected++;
  }

  evicted(span: ReadableSpan): void {
    this.tailEvicted++;
    this.lost.add(span);
  }
}
