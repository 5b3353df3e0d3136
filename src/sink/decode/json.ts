/** Reads values of parsed JSON that is not trusted. null is absent; a value of another type than expected throws `Malformed`. */
import type { SpanRows } from "../count/span-rows.ts";
import { Malformed } from "./malformed.ts";

const ZERO = 0x30;
/** By character code; -1 if it is none. */
const HEX_DIGITS = Int8Array.from({ length: 128 }, (_, code) =>
  "0123456789abcdef".indexOf(String.fromCharCode(code).toLowerCase()),
);

export type Json = Readonly<Record<string, unknown>>;

const LARGE_BYTES = 1024 * 1024;
/** On average, of an object or list with a name and a value in it. Empty ones have three, and take a hundred times that in memory. */
const LEAST_BYTES = 8;

/** Objects and lists in a text; braces in strings count too. */
function countOpened(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) count++;
  }
  return count;
}

/** The value of a text. Everything in it that `unneeded` matches is null. */
export function parseJson(bytes: Uint8Array, unneeded?: RegExp): unknown {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  const text = unneeded === undefined ? whole : whole.replaceAll(unneeded, "null");
  if (bytes.length > LARGE_BYTES && countOpened(text) > bytes.length / LEAST_BYTES)
    throw new Malformed("JSON: more objects and lists than spans have", 413);
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed("JSON: it cannot be parsed");
  }
}

export function readObject(value: unknown): Json {
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new Malformed("JSON: expected an object");
  return value as Json;
}

export function readArray(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new Malformed("JSON: expected an array");
  return value;
}

export function readString(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") throw new Malformed("JSON: expected a string");
  return value;
}

/** Sets a whole number of up to 64 bits, given as text or as a number. In words, since a BigInt takes ten times as long. */
export function setUint64(rows: SpanRows, field: number, value: unknown): void {
  if (value === null || value === undefined) return;
  const text = typeof value === "number" ? String(value) : readString(value);
  const { length } = text;
  if (length === 0 || length > 20) throw notWhole();
  // 15 digits fit a float, and so do 32 bits and five digits more
  const first = readDigits(text, 0, Math.min(15, length));
  const scale = 10 ** Math.max(0, length - 15);
  const upper = Math.floor(first / 2 ** 32);
  const lower = (first - upper * 2 ** 32) * scale + readDigits(text, 15, length);
  const carry = Math.floor(lower / 2 ** 32);
  const high = upper * scale + carry;
  if (high >= 2 ** 32) throw notWhole();
  rows.setWide(field, high, lower - carry * 2 ** 32);
}

/** The whole number of the digits from `from` to `end`; 0 if there are none. */
function readDigits(text: string, from: number, end: number): number {
  let number = 0;
  for (let i = from; i < end; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) throw notWhole();
    number = number * 10 + digit;
  }
  return number;
}

/** Sets an id of so many hexadecimal digits: 16 for `field` and each field that follows it. */
export function setHexId(rows: SpanRows, field: number, value: unknown, digits: 16 | 32): void {
  const text = readString(value);
  if (text === "") return;
  if (text.length !== digits) throw new Malformed(`JSON: expected an id of ${digits} hexadecimal digits`);
  for (let at = 0; at < digits; at += 16) rows.setWide(field + at / 8, hexWord(text, at), hexWord(text, at + 8));
}

function hexWord(text: string, from: number): number {
  let word = 0;
  for (let i = from; i < from + 8; i++) {
    const digit = HEX_DIGITS[text.charCodeAt(i)] ?? -1;
    if (digit < 0) throw new Malformed("JSON: expected an id of hexadecimal digits");
    word = (word << 4) | digit;
  }
  return word;
}

/** An enum's value by its number or its name; a value that is not known is unspecified, 0. */
export function readEnum(value: unknown, names: readonly string[]): number {
  if (typeof value === "string") return Math.max(0, names.indexOf(value));
  if (value !== null && value !== undefined && typeof value !== "number") throw new Malformed("JSON: expected an enum");
  return names[value ?? 0] === undefined ? 0 : (value ?? 0);
}

function notWhole(): Malformed {
  return new Malformed("JSON: expected a whole number of 64 bits");
}
