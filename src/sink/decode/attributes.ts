import { KeyTable } from "./key-table.ts";
import type { SpanRows } from "../count/span-rows.ts";
import { anyNumber, decimal } from "./text.ts";

/** The span attributes that are kept, by their place in `SPAN_KEYS`. */
const KEYS = ["spantoll.request_id", "sampler.adjusted_count", "sampler.type", "sampler.param"];
const [REQUEST_ID, ADJUSTED_COUNT, SAMPLER_TYPE, SAMPLER_PARAM] = [0, 1, 2, 3];
export const SPAN_KEYS = new KeyTable(KEYS);
/** 1 at each length that one of them has. */
export const SPAN_KEY_LENGTHS = new Uint8Array(256);
for (const key of KEYS) SPAN_KEY_LENGTHS[key.length] = 1;
export const SERVICE_NAME = new KeyTable(["service.name"]);
const PROBABILISTIC = new KeyTable(["probabilistic"]);

/** Takes a number that the span being written has for the attribute `key` of `SPAN_KEYS`. */
export function takeNumber(rows: SpanRows, key: number, value: number): void {
  if (key === REQUEST_ID) rows.setRequestId(Number.isSafeInteger(value) && value >= 0 ? value : NaN);
  else if (key === ADJUSTED_COUNT) rows.setAdjustedCount(value);
  else if (key === SAMPLER_PARAM) rows.setSamplerParam(value);
}

/** The same for text; numbers may come as text, as all of Zipkin's tags do. */
export function takeText(rows: SpanRows, key: number, bytes: Uint8Array, start: number, end: number): void {
  if (key === SAMPLER_TYPE) {
    if (PROBABILISTIC.find(bytes, start, end) === 0) rows.setProbabilistic();
  } else if (key === REQUEST_ID) rows.setRequestId(decimal(bytes, start, end));
  else takeNumber(rows, key, anyNumber(bytes, start, end));
}
