import * as row from "../count/span-rows.ts";
import type { SpanRows } from "../count/span-rows.ts";
import { attributeOf, setNumber, setText } from "./attributes.ts";
import { parseJson, readArray, readEnum, readObject, readString, setHexId, setUint64 } from "./json.ts";
import { Malformed } from "./malformed.ts";
import { adjustedCountOf } from "../../base/probability-sampling.ts";

const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map(
  (kind) => `SPAN_KIND_${kind}`,
);
const CODES = ["UNSET", "OK", "ERROR"].map((code) => `STATUS_CODE_${code}`);

/**
 * Attributes with a single value that are not kept: most of a body, and objects take most of the time of `JSON.parse`. No
 * match begins within a string, where each quote has a backslash before it. Such an object in the place of a text is taken
 * as absent, and what is not JSON passes if it is JSON without its matches.
 */
const UNNEEDED_ONE =
  /\{"key":"(?!spantoll\.|sampler\.|http\.request\.header\.|service\.name)[ !#-[\]-\uffff]*","value":\{"\w+":(?:"[ !#-[\]-\uffff]*"|0|[1-9]\d*|true|false)\}\}/
    .source;
/** Neighbours become one null. */
const UNNEEDED = new RegExp(`${UNNEEDED_ONE}(?:,${UNNEEDED_ONE})*`, "g");

/** Reads an `ExportTraceServiceRequest` in OTLP's JSON (hexadecimal ids) into the rows. Throws `Malformed`. */
export function decodeOtlpJson(bytes: Uint8Array, rows: SpanRows): void {
  const request = parseJson(bytes, UNNEEDED);
  if (request === null) throw new Malformed("JSON: expected an object");
  for (const value of readArray(readObject(request)["resourceSpans"])) {
    const resourceSpans = readObject(value);
    const firstRow = rows.length;
    for (const scopeSpans of readArray(resourceSpans["scopeSpans"])) {
      for (const span of readArray(readObject(scopeSpans)["spans"])) readSpan(span, rows);
    }
    rows.setServices(firstRow, rows.internText(serviceName(resourceSpans["resource"])));
  }
}

function serviceName(resource: unknown): string {
  for (const attribute of readArray(readObject(resource)["attributes"])) {
    const { key, value } = readObject(attribute);
    if (key === "service.name") return readString(readObject(value)["stringValue"]);
  }
  return "";
}

function readSpan(value: unknown, rows: SpanRows): void {
  const span = readObject(value);
  rows.beginSpan();
  setHexId(rows, row.TRACE_HIGH, span["traceId"], 32);
  setHexId(rows, row.SPAN_ID, span["spanId"], 16);
  setHexId(rows, row.PARENT_ID, span["parentSpanId"], 16);
  const traceState = readString(span["traceState"]);
  if (traceState !== "") rows.setThreshold(adjustedCountOf(traceState));
  rows.setWord(row.NAME, rows.internText(readString(span["name"])));
  rows.setWord(row.KIND, readEnum(span["kind"], KINDS));
  setUint64(rows, row.START, span["startTimeUnixNano"]);
  setUint64(rows, row.END, span["endTimeUnixNano"]);
  for (const attribute of readArray(span["attributes"])) readAttribute(attribute, rows);
  rows.setWord(row.STATUS, readEnum(readObject(span["status"])["code"], CODES));
  rows.endSpan();
}

function readAttribute(value: unknown, rows: SpanRows): void {
  const attribute = readObject(value);
  const key = attributeOf(readString(attribute["key"]));
  if (key === -1) return;
  const single = readObject(attribute["value"]);
  // a captured header is a list
  const list = single["arrayValue"];
  const { stringValue, intValue, doubleValue } =
    list === undefined ? single : readObject(readArray(readObject(list)["values"])[0]);
  const known = stringValue ?? intValue ?? doubleValue;
  if (typeof known === "string") setText(rows, key, known);
  else if (typeof known === "number") setNumber(rows, key, known);
}
