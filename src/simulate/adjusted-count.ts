import type { Attributes } from "@opentelemetry/api";
import { adjustedCountOf } from "../base/probability-sampling.ts";

/**
 * 1 / sampling probability as a sampler's result gives it, in the order in which the sink reads it from a span: the
 * threshold in the tracestate, the attribute `sampler.adjusted_count`, Jaeger's `sampler.param` of a probabilistic
 * sampler. NaN if it gives none.
 */
export function adjustedCount(traceState: string, attributes: Attributes | undefined): number {
  const ofThreshold = adjustedCountOf(traceState);
  if (!Number.isNaN(ofThreshold)) return ofThreshold;
  const given = Number(attributes?.["sampler.adjusted_count"] ?? NaN);
  if (given > 0) return given;
  const param = Number(attributes?.["sampler.param"] ?? NaN);
  return attributes?.["sampler.type"] === "probabilistic" && param > 0 && param <= 1 ? 1 / param : NaN;
}
