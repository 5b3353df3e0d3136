import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { LostSpans } from "./lost-spans.ts";
import type { TailBook } from "../kinds.ts";

/**
 * The counters of one process, written by the wrappers around tracer, sampler and processor.
 * Plain integers: counting a span is an addition, with no allocation and no closure. Only a span that is lost is named.
 * Each figure is counted at its own place in the pipeline, so that a span that goes astray shows as a residual.
 */
export class Books implements TailBook {
  /** At the tracer, as it hands the span out. */
  started = 0;
  suppressed = 0;
  /** At the sampler, by its decision. */
  unsampled = 0;
  recordOnly = 0;
  sampled = 0;
  rootsStarted = 0;
  rootsSampled = 0;
  /** At the front of the processors: sampled spans begun and not ended. */
  unended = 0;
  tailRejected = 0;
  tailEvicted = 0;
  /** At the entry of the processor. */
  queueFull = 0;
  afterShutdown = 0;
  /** Let into the processor and not yet handed to the exporter. */
  queued = 0;

  /** Sampled spans that are known to be lost, and those whose batch failed: some of these may have arrived. */
  readonly lost = new LostSpans();

  rejected(): void {
    this.tailRejected++;
  }

  evicted(span: ReadableSpan): void {
    this.tailEvicted++;
    this.lost.add(span);
  }
}
