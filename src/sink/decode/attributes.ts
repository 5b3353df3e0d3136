import type { SpanRows } from "../count/span-rows.ts";
import { equalBytes } from "../count/string-table.ts";

/** The span attributes that are kept. */
const KEYS = ["spantoll.request_id", "sampler.adjusted_count", "sampler.type", "sampler.param"];
const [REQUEST_ID, ADJUSTED_COUNT, SAMPLER_TYPE, SAMPLER_PARAM] = [0, 1, 2, 3];
const KEY_BYTES = KEYS.map((key) => Buffer.from(key));
/** No two of them have the same length. */
const KEY_OF_LENGTH = Int8Array.from({ length: 256 }, (_, length) => KEYS.findIndex((key) => key.length === length));
const FIRST_LETTER = 0x73;

/** Whether a key of this length and first letter can be one of them: a quick no for most attributes. */
export function canBeKept(length: number, firstLetter: number): boolean {
  return firstLetter === FIRST_LETTER && KEY_OF_LENGTH[length]! >= 0;
}

/** The number of a kept attribute, or -1. */
export function attributeOf(key: string): number {
  return KEYS.indexOf(key);
}

/** As `attributeOf`, for a key that lies in a body. */
export function attributeAt(bytes: Uint8Array, start: number, end: number): number {
  const key = KEY_OF_LENGTH[end - start] ?? -1;
  return key !== -1 && equalBytes(KEY_BYTES[key]!, bytes, start, end) ? key : -1;
}

/** Sets an attribute that came as text on the span that is being written. All of Zipkin's tags come so. */
export function setText(rows: SpanRows, key: number, text: string): void {
  if (key === SAMPLER_TYPE) rows.setSamplerType(text);
  else setNumber(rows, key, text.trim() === "" ? NaN : Number(text));
}

/** Sets an attribute on the span that is being written. */
export function setNumber(rows: SpanRows, key: number, number: number): void {
  if (key === REQUEST_ID) rows.setRequestId(Number.isSafeInteger(number) && number >= 0 ? number : NaN);
  else if (key === ADJUSTED_COUNT) rows.setAdjustedCount(number);
  else if (key === SAMPLER_PARAM) rows.setSamplerParam(number);
  else rows.setSamplerType("");
}
