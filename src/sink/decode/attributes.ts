import type { SpanRows } from "../count/span-rows.ts";
import { equalBytes } from "../count/string-table.ts";

/** The span attributes that are kept. The last two are a captured request header, as the conventions and Python spell it. */
const KEYS = [
  "spantoll.request_id",
  "sampler.adjusted_count",
  "sampler.type",
  "sampler.param",
  "http.request.header.x-request-id",
  "http.request.header.x_request_id",
];
const [REQUEST_ID, ADJUSTED_COUNT, SAMPLER_TYPE, SAMPLER_PARAM] = [0, 1, 2, 3] as const;
const KEY_BYTES = KEYS.map((key) => Buffer.from(key));
const FIRST_HEADER = 4;
/** By length, the first key of that length: only the two headers have the same. */
const KEY_OF_LENGTH = Int8Array.from({ length: 256 }, (_, length) => KEYS.findIndex((key) => key.length === length));
const LETTER_OF_LENGTH = Uint8Array.from(KEY_OF_LENGTH, (key) => KEY_BYTES[key]?.[0] ?? 0);

/** Whether a key of this length and first letter can be one of them: a quick no for most attributes. */
export function canBeKept(length: number, firstLetter: number): boolean {
  return LETTER_OF_LENGTH[length] === firstLetter;
}

/** The number of a kept attribute, or -1. */
export function attributeOf(key: string): number {
  const at = KEYS.indexOf(key);
  return at < FIRST_HEADER ? at : REQUEST_ID;
}

/** As `attributeOf`, for a key that lies in a body. */
export function attributeAt(bytes: Uint8Array, start: number, end: number): number {
  const key = KEY_OF_LENGTH[end - start] ?? -1;
  if (key === -1) return -1;
  if (equalBytes(KEY_BYTES[key]!, bytes, start, end)) return key < FIRST_HEADER ? key : REQUEST_ID;
  return key === FIRST_HEADER && equalBytes(KEY_BYTES[key + 1]!, bytes, start, end) ? REQUEST_ID : -1;
}

/** Sets an attribute that came as text on the span that is being written. All of Zipkin's tags come so, lists as JSON too. */
export function setText(rows: SpanRows, key: number, text: string): void {
  if (key === SAMPLER_TYPE) rows.setSamplerType(text);
  else if (text.startsWith("[")) setText(rows, key, text.replaceAll(/[[\]"]/g, ""));
  else setNumber(rows, key, text.trim() === "" ? NaN : Number(text));
}

/** Sets an attribute on the span that is being written. */
export function setNumber(rows: SpanRows, key: number, number: number): void {
  if (key === REQUEST_ID) rows.setRequestId(Number.isSafeInteger(number) && number >= 0 ? number : NaN);
  else if (key === ADJUSTED_COUNT) rows.setAdjustedCount(number);
  else if (key === SAMPLER_PARAM) rows.setSamplerParam(number);
  else rows.setSamplerType("");
}
