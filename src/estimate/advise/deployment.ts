import type { Variant } from "../../plan/variant.ts";
import type { Results } from "../../record/results.ts";

/** Whether lists of instrumentations are compared, and the variant has another one than the target's own. */
export function isOfOtherList({ instrumentation }: Variant, { plan, scenario }: Pick<Results, "plan" | "scenario">) {
  const traced = plan.variants.filter(({ sampler }) => sampler.kind.traced);
  const isCompared = new Set(traced.map(({ instrumentation: list }) => list?.text)).size > 1;
  return isCompared && instrumentation?.text !== scenario.target.kind.instrumented;
}

/** Whether the decision is a Collector's in production: then services run `always_on`. */
export function isByCollector({ sampler }: Variant): boolean {
  return sampler.kind.tail === true;
}

/** Whether a Collector stands behind the services in production, whose CPU is not in theirs. */
export function hasCollector(variant: Variant): boolean {
  return variant.collector !== undefined || isByCollector(variant);
}

/** How what is stored depends on the traffic. `isLimited`: a Collector keeps so much a second, or may. */
export function volumeOf({ sampler: { kind, config } }: Variant, isLimited: boolean) {
  return isLimited ? "unknown" : kind.volume(config);
}

/** Traces that one process keeps at most; undefined if the sampler has no limit. */
export function rateLimitOf({ sampler: { kind, config } }: Variant) {
  return kind.rateLimit?.(config);
}

/** Undefined if the processor has no queue. */
export function queueOf({ processor }: Variant) {
  return processor?.kind.batching?.(processor.config);
}

/** How long the exporter retries a batch, ms; 0 if it does not retry. */
export function retryTimeoutOf({ exporter }: Variant): number {
  return exporter?.kind.retryTimeoutMs?.(exporter.config) ?? 0;
}

/** Settings of the batch processor, in spans and ms. */
export type QueueSettings = NonNullable<ReturnType<typeof queueOf>>;
