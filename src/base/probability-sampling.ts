/** OpenTelemetry specification, "TraceState: Probability Sampling": https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/ */

/**
 * Whether a trace is in the share `ratio` of all traces, by the last 56 bits of its id. Smaller shares lie within larger
 * ones. Compares the leading 52 of the 56 bits, which a double holds exactly.
 */
export function traceIdBelow(ratio: number, traceId: string): boolean {
  return Number.parseInt(traceId.slice(18, 31), 16) >= (1 - ratio) * 2 ** 52;
}

/** The member of a tracestate that passes the share on: `ot=th:` and the rejection threshold without trailing zeros. */
export function thresholdState(ratio: number): string {
  const threshold = Math.ceil((1 - ratio) * 2 ** 52).toString(16);
  return `ot=th:${threshold.padStart(13, "0").replace(/0+$/, "") || "0"}`;
}

const OT_MEMBER = /(?:^|,)[ \t]*ot=([^,]*)/;
const THRESHOLD = /(?:^|;)th:([0-9a-f]{1,14})[ \t]*(?:;|$)/i;

/**
 * 1 / sampling probability by the `th` of the `ot` member of a W3C tracestate, or NaN if it has none: with the
 * rejection threshold T (56 bits, trailing zeros left out), the probability is (2^56 - T) / 2^56.
 */
export function adjustedCountOf(traceState: string): number {
  const digits = THRESHOLD.exec(OT_MEMBER.exec(traceState)?.[1] ?? "")?.[1]?.padEnd(14, "0");
  if (digits === undefined) return NaN;
  // In two halves of 28 bits, because 56 do not fit a float.
  const [high, low] = [parseInt(digits.slice(0, 7), 16), parseInt(digits.slice(7), 16)];
  return 2 ** 56 / ((2 ** 28 - high) * 2 ** 28 - low);
}
