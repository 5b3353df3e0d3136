import type { Variant } from "../../plan/trial.ts";

/** Settings of the batch processor, in spans and ms. */
export interface QueueSettings {
  readonly queue: number;
  readonly batch: number;
  readonly delayMs: number;
}

/** Traces that one process keeps at most: a second, and at once after a quiet time. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Whether the decision is a Collector's in production: then services run `always_on`. */
export function isByCollector({ sampler }: Variant): boolean {
  return sampler.kind.tail === true;
}

export function rateLimitOf({ sampler: { kind, config } }: Variant): RateLimit | undefined {
  return kind.rateLimit?.(config);
}

/** Undefined if the processor has no queue. */
export function queueOf({ processor }: Variant): QueueSettings | undefined {
  return processor?.kind.batching?.(processor.config);
}

/** How long the exporter retries a batch, ms; 0 if it does not retry. */
export function retryTimeoutOf({ exporter }: Variant): number {
  return exporter?.kind.retryTimeoutMs?.(exporter.config) ?? 0;
}
