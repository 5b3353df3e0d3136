const OT_MEMBER = /(?:^|,)[ \t]*ot=([^,]*)/;
const THRESHOLD = /(?:^|;)th:([0-9a-f]{1,14})[ \t]*(?:;|$)/i;

/**
 * 1 / sampling probability by the `th` of the `ot` member of a W3C tracestate, or NaN if it has none: with the
 * rejection threshold T (56 bits, trailing zeros left out), the probability is (2^56 - T) / 2^56.
 * Source: OpenTelemetry specification, "TraceState: Probability Sampling".
 */
export function adjustedCountOf(traceState: string): number {
  const digits = THRESHOLD.exec(OT_MEMBER.exec(traceState)?.[1] ?? "")?.[1]?.padEnd(14, "0");
  if (digits === undefined) return NaN;
  // In two halves of 28 bits, because 56 do not fit a float.
  const [high, low] = [parseInt(digits.slice(0, 7), 16), parseInt(digits.slice(7), 16)];
  return 2 ** 56 / ((2 ** 28 - high) * 2 ** 28 - low);
}
