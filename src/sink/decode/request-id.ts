import type { SpanRows } from "../count/span-rows.ts";
import { equalBytes } from "../count/string-table.ts";

/** The attributes that name a request. The last two are a captured header, as the conventions and Python spell it. */
const KEYS = ["spantoll.request_id", "http.request.header.x-request-id", "http.request.header.x_request_id"];
const [OWN, HEADER, PYTHON_HEADER] = KEYS.map((key) => Buffer.from(key)) as [Buffer, Buffer, Buffer];

export function isRequestId(key: string): boolean {
  return KEYS.includes(key);
}

/** Whether a key of this length and first letter can be one of them: a quick no for most attributes. */
export function canBeRequestId(length: number, firstLetter: number): boolean {
  return length === OWN.length ? firstLetter === OWN[0] : length === HEADER.length && firstLetter === HEADER[0];
}

/** As `isRequestId`, for a key that lies in a body. */
export function isRequestIdAt(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start === OWN.length) return equalBytes(OWN, bytes, start, end);
  return equalBytes(HEADER, bytes, start, end) || equalBytes(PYTHON_HEADER, bytes, start, end);
}

/** An id that came as text. All of Zipkin's tags come so, lists as JSON too. */
export function setRequestIdText(rows: SpanRows, text: string): void {
  const plain = text.startsWith("[") ? text.replaceAll(/[[\]"]/g, "") : text;
  rows.setRequestId(plain.trim() === "" ? NaN : Number(plain));
}
