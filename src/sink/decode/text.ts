/** Numbers read out of text that lies in a body as bytes, without making strings of it. */

const DIGIT_0 = 0x30;

/** A whole number of up to 15 decimal digits, or NaN. */
export function decimal(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > 15) return NaN;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - DIGIT_0;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** A number in any notation, or NaN. */
export function anyNumber(bytes: Uint8Array, start: number, end: number): number {
  const whole = decimal(bytes, start, end);
  if (!Number.isNaN(whole) || end === start || end - start > 64) return whole;
  return Number(latin1(bytes, start, end));
}

/** The value of a hexadecimal digit of either case, or -1. */
export function hexDigit(byte: number): number {
  if (byte >= DIGIT_0 && byte <= 0x39) return byte - DIGIT_0;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Eight hexadecimal digits as an unsigned 32-bit number, or -1. */
export function hexWord(bytes: Uint8Array, start: number): number {
  let value = 0;
  for (let i = start; i < start + 8; i++) {
    const digit = hexDigit(bytes[i]!);
    if (digit === -1) return -1;
    value = (value << 4) | digit;
  }
  return value >>> 0;
}

export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}

export function utf8(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
}
