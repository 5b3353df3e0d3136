/**
 * Whether a trace is in the share `ratio` of all traces, by the last 56 bits of its id. Smaller shares lie within larger
 * ones: https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 * Compares the leading 52 of the 56 bits, which a double holds exactly.
 */
export function traceIdBelow(ratio: number, traceId: string): boolean {
  return Number.parseInt(traceId.slice(18, 31), 16) >= (1 - ratio) * 2 ** 52;
}

/** The member of a tracestate that passes the share on: `ot=th:` and the rejection threshold without trailing zeros. */
export function thresholdState(ratio: number): string {
  const threshold = Math.ceil((1 - ratio) * 2 ** 52).toString(16);
  return `ot=th:${threshold.padStart(13, "0").replace(/0+$/, "") || "0"}`;
}
