/**
 * Whether a trace is in the share `ratio` of all traces, by the last 56 bits of its id. Smaller shares lie within larger
 * ones: https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 * Compares the leading 52 of the 56 bits, which a double holds exactly.
 */
export function traceIdBelow(ratio: number, traceId: string): boolean {
  return Number.parseInt(traceId.slice(18, 31), 16) >= (1 - ratio) * 2 ** 52;
}
