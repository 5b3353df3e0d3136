import * as row from "../count/span-rows.ts";
import type { SpanRows } from "../count/span-rows.ts";
import { attributeOf, setText } from "./attributes.ts";
import { parseJson, readArray, readEnum, readObject, readString, setHexId, setUint64, type Json } from "./json.ts";
import { Malformed } from "./malformed.ts";

/** In the order of OTLP's SpanKind; Zipkin has no word for the first two. */
const KINDS = ["", "", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const INTERNAL = 1;
const CODES = ["UNSET", "OK", "ERROR"];
const ERROR = 2;

/**
 * Reads a list of Zipkin v2 spans into the rows. Throws `Malformed`. Times are in µs there and become ns here.
 * Status and attributes are tags, as OpenTelemetry's Zipkin exporter writes them; a span without a kind is internal.
 */
export function decodeZipkinJson(bytes: Uint8Array, rows: SpanRows): void {
  const spans = parseJson(bytes);
  if (spans === null) throw new Malformed("JSON: expected an array");
  for (const span of readArray(spans)) readSpan(readObject(span), rows);
}

function readSpan(span: Json, rows: SpanRows): void {
  rows.beginSpan();
  const isShort = readString(span["traceId"]).length === 16;
  setHexId(rows, isShort ? row.TRACE_LOW : row.TRACE_HIGH, span["traceId"], isShort ? 16 : 32);
  setHexId(rows, row.SPAN_ID, span["id"], 16);
  setHexId(rows, row.PARENT_ID, span["parentId"], 16);
  rows.setWord(row.NAME, rows.internText(readString(span["name"])));
  rows.setWord(row.KIND, readEnum(readString(span["kind"]), KINDS) || INTERNAL);
  rows.setWord(row.SERVICE, rows.internText(readString(readObject(span["localEndpoint"])["serviceName"])));
  const startUs = Number(span["timestamp"] ?? 0);
  setUint64(rows, row.START, `${startUs}000`);
  setUint64(rows, row.END, `${startUs + Number(span["duration"] ?? 0)}000`);
  for (const [name, value] of Object.entries(readObject(span["tags"]))) readTag(name, value, rows);
  rows.endSpan();
}

function readTag(name: string, value: unknown, rows: SpanRows): void {
  const key = attributeOf(name);
  if (key !== -1) setText(rows, key, readString(value));
  else if (name === "error") rows.setWord(row.STATUS, ERROR);
  else if (name === "otel.status_code") rows.setWord(row.STATUS, readEnum(readString(value), CODES));
}
