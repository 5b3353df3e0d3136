/**
 * The caller whose context a request brings (`parent` of a request). It exports no span, so a span below it has a parent
 * that never arrives. Its span id marks it: the second half of the trace id, inverted, and its decision in the last bit.
 */
export function callerSpanId(traceIdLow: bigint, isSampled: boolean): bigint {
  return (~traceIdLow & 0xffff_ffff_ffff_fffen) | (isSampled ? 1n : 0n);
}

/** The caller's decision; undefined if the parent is no caller. */
export function callerOf(traceIdLow: bigint, parentId: bigint): { readonly isSampled: boolean } | undefined {
  const isSampled = (parentId & 1n) === 1n;
  return parentId === callerSpanId(traceIdLow, isSampled) ? { isSampled } : undefined;
}
