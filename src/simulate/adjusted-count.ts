import type { Attributes } from "@opentelemetry/api";

/** Digits of a rejection threshold: 56 bits, trailing zeros left out. */
const THRESHOLD_DIGITS = 14;

/**
 * 1 / sampling probability as a sampler's result gives it, in the order in which the sink reads it from a span: the
 * `th` of the tracestate's `ot` member (2^56 / (2^56 − T), OpenTelemetry "TraceState: Probability Sampling"), the
 * attribute `sampler.adjusted_count`, Jaeger's `sampler.param` of a probabilistic sampler. NaN if it gives none.
 */
export function adjustedCount(traceState: string, attributes: Attributes | undefined): number {
  const threshold = /(?:^|,)\s*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})(?:[;,\s]|$)/.exec(traceState)?.[1];
  if (threshold !== undefined) {
    const rejected = Number(BigInt(`0x${threshold.padEnd(THRESHOLD_DIGITS, "0")}`));
    return 2 ** 56 / (2 ** 56 - rejected);
  }
  const given = Number(attributes?.["sampler.adjusted_count"] ?? NaN);
  if (given > 0) return given;
  const param = Number(attributes?.["sampler.param"] ?? NaN);
  return attributes?.["sampler.type"] === "probabilistic" && param > 0 && param <= 1 ? 1 / param : NaN;
}
