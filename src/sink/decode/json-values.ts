import type { JsonReader } from "./json-reader.ts";
import type { KeyTable } from "./key-table.ts";
import { Malformed } from "./malformed.ts";
import { anyNumber, hexWord } from "./text.ts";

const QUOTE = 0x22;

/**
 * Reads an id of 16 hexadecimal digits, or of 32 where `set` takes two halves: one call each, upper half first.
 * Empty or null is absent.
 */
export function readHexId(
  reader: JsonReader,
  digits: 16 | 32,
  set: (high: number, low: number, half: number) => void,
): void {
  readText(reader);
  const { text, start, end } = reader;
  if (end === start) return;
  if (end - start !== digits) throw new Malformed(`an id of ${end - start} hexadecimal digits, not ${digits}`);
  for (let half = 0; half < digits / 16; half++) {
    const high = hexWord(text, start + half * 16);
    const low = hexWord(text, start + half * 16 + 8);
    if (high === -1 || low === -1) throw new Malformed("an id with other than hexadecimal digits");
    set(high | 0, low | 0, half);
  }
}

/** Reads a 64-bit unsigned whole number, as text or as a number; null is 0. */
export function readFixed64(reader: JsonReader, set: (high: number, low: number) => void): void {
  if (reader.skipNull()) return;
  if (reader.peek() === QUOTE) reader.string();
  else reader.number();
  const { text, start, end } = reader;
  let low = 0;
  let high = 0;
  for (let i = start; i < end; i++) {
    const digit = text[i]! - 0x30;
    if (digit < 0 || digit > 9) return setFloat(anyNumber(text, start, end), set);
    const next = low * 10 + digit;
    low = next % 2 ** 32;
    high = high * 10 + Math.floor(next / 2 ** 32);
    if (high >= 2 ** 32) throw new Malformed("a whole number of more than 64 bits");
  }
  if (end === start) throw new Malformed("a whole number without digits");
  set(high | 0, low | 0);
}

/** `1.7e18` is a whole number too. */
function setFloat(value: number, set: (high: number, low: number) => void): void {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 64) throw new Malformed("not a whole number of 64 bits");
  set(Math.floor(value / 2 ** 32) | 0, (value % 2 ** 32) | 0);
}

/** Reads an enum's number or name; one that is not known counts as unspecified, 0. */
export function readEnum(reader: JsonReader, names: KeyTable, last: number): number {
  if (reader.skipNull()) return 0;
  if (reader.peek() === QUOTE) {
    reader.string();
    return Math.max(0, names.find(reader.text, reader.start, reader.end));
  }
  reader.number();
  const value = anyNumber(reader.text, reader.start, reader.end);
  return Number.isInteger(value) && value >= 0 && value <= last ? value : 0;
}

/** Reads text (null is empty) and leaves it in the reader. */
export function readText(reader: JsonReader): void {
  if (reader.skipNull()) [reader.start, reader.end] = [0, 0];
  else reader.string();
}
