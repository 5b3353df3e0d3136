import { hexDigit } from "./text.ts";

const [COMMA, EQUALS, COLON, SEMICOLON, SPACE, TAB] = [0x2c, 0x3d, 0x3a, 0x3b, 0x20, 0x09];
/** Digits of a rejection threshold: 56 bits, trailing zeros left out. */
const THRESHOLD_DIGITS = 14;

/**
 * 1 / sampling probability as the `th` of the `ot` member of a W3C tracestate says, or NaN where it
 * says nothing: with the rejection threshold T, probability is (2^56 - T) / 2^56.
 * Source: OpenTelemetry specification, "TraceState: Probability Sampling".
 */
export function adjustedCountOf(bytes: Uint8Array, start: number, end: number): number {
  for (let from = start; from < end;) {
    while (from < end && isBlank(bytes[from]!)) from++;
    const to = indexOf(bytes, COMMA, from, end);
    if (to - from > 3 && isWord(bytes, from, "o", "t", EQUALS)) return thresholdOf(bytes, from + 3, trimmed(bytes, to));
    from = to + 1;
  }
  return NaN;
}

function thresholdOf(bytes: Uint8Array, start: number, end: number): number {
  for (let from = start; from < end;) {
    const to = indexOf(bytes, SEMICOLON, from, end);
    if (to - from > 3 && isWord(bytes, from, "t", "h", COLON)) return weightOf(bytes, from + 3, to);
    from = to + 1;
  }
  return NaN;
}

/** In two halves of 28 bits, since 56 do not fit a float. */
function weightOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > THRESHOLD_DIGITS) return NaN;
  let high = 0;
  let low = 0;
  for (let place = 0; place < THRESHOLD_DIGITS; place++) {
    const digit = start + place < end ? hexDigit(bytes[start + place]!) : 0;
    if (digit === -1) return NaN;
    if (place < 7) high = (high << 4) | digit;
    else low = (low << 4) | digit;
  }
  const kept = (2 ** 28 - high) * 2 ** 28 - low;
  return 2 ** 56 / kept;
}

function isWord(bytes: Uint8Array, at: number, first: string, second: string, then: number): boolean {
  return bytes[at] === first.charCodeAt(0) && bytes[at + 1] === second.charCodeAt(0) && bytes[at + 2] === then;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

function trimmed(bytes: Uint8Array, end: number): number {
  while (isBlank(bytes[end - 1]!)) end--;
  return end;
}

function indexOf(bytes: Uint8Array, byte: number, from: number, end: number): number {
  while (from < end && bytes[from] !== byte) from++;
  return from;
}
