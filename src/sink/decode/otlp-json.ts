import { SERVICE_NAME, SPAN_KEYS, takeNumber, takeText } from "./attributes.ts";
import { JsonReader } from "./json-reader.ts";
import { readEnum, readFixed64, readHexId, readText } from "./json-values.ts";
import { KeyTable } from "./key-table.ts";
import { END, PARENT_ID, SPAN_ID, START, TRACE_HIGH, TRACE_LOW, type SpanRows } from "../count/span-rows.ts";
import { anyNumber } from "./text.ts";
import { adjustedCountOf } from "./trace-state.ts";

const RESOURCE_SPANS = new KeyTable(["resourceSpans"]);
const PARTS = new KeyTable(["resource", "scopeSpans"]);
const SPANS = new KeyTable(["spans"]);
const ATTRIBUTES = new KeyTable(["attributes"]);
const CODE = new KeyTable(["code"]);
const PAIR = new KeyTable(["key", "value"]);
const VALUE = new KeyTable(["stringValue", "intValue", "doubleValue"]);
const KINDS = new KeyTable(
  ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map((kind) => `SPAN_KIND_${kind}`),
);
const CODES = new KeyTable(["UNSET", "OK", "ERROR"].map((code) => `STATUS_CODE_${code}`));

/** Reads an `ExportTraceServiceRequest` in OTLP's JSON (hexadecimal ids) into the rows. Throws `Malformed`. */
export function decodeOtlpJson(bytes: Uint8Array, rows: SpanRows): void {
  const reader = new JsonReader(bytes);
  const readOne = (): void => readResourceSpans(reader, rows);
  members(reader, RESOURCE_SPANS, () => reader.array(readOne));
  reader.finish();
}

/** Calls `member` with the place of each key that `keys` has, at its value; goes over the others. */
function members(reader: JsonReader, keys: KeyTable, member: (key: number) => void): void {
  reader.object(() => {
    const key = keys.find(reader.text, reader.start, reader.end);
    if (key === -1) reader.skip();
    else member(key);
  });
}

function readResourceSpans(reader: JsonReader, rows: SpanRows): void {
  const firstRow = rows.length;
  let service = 0;
  const readScope = (): void => members(reader, SPANS, () => reader.array(() => readSpan(reader, rows)));
  members(reader, PARTS, (part) => {
    if (part === 1) reader.array(readScope);
    else service = readResource(reader, rows) ?? service;
  });
  rows.setServices(firstRow, service);
}

function readResource(reader: JsonReader, rows: SpanRows): number | undefined {
  let service: number | undefined;
  const readAttribute = (): void => {
    readPair(reader, SERVICE_NAME, (_, type) => {
      if (type === 0) service = rows.intern(reader.text, reader.start, reader.end);
    });
  };
  members(reader, ATTRIBUTES, () => reader.array(readAttribute));
  return service;
}

function readSpan(reader: JsonReader, rows: SpanRows): void {
  rows.beginSpan();
  members(reader, SPAN, (key) => SPAN_READERS[key]!(reader, rows));
  rows.endSpan();
}

type FieldReader = (reader: JsonReader, rows: SpanRows) => void;

const SPAN_FIELDS: Readonly<Record<string, FieldReader>> = {
  traceId: (reader, rows) =>
    readHexId(reader, 32, (high, low, half) => rows.setWide(half === 0 ? TRACE_HIGH : TRACE_LOW, high, low)),
  spanId: (reader, rows) => readHexId(reader, 16, (high, low) => rows.setWide(SPAN_ID, high, low)),
  parentSpanId: (reader, rows) => readHexId(reader, 16, (high, low) => rows.setWide(PARENT_ID, high, low)),
  traceState: (reader, rows) => {
    readText(reader);
    rows.setThreshold(adjustedCountOf(reader.text, reader.start, reader.end));
  },
  name: (reader, rows) => {
    readText(reader);
    rows.setName(reader.text, reader.start, reader.end);
  },
  kind: (reader, rows) => rows.setKind(readEnum(reader, KINDS, 5)),
  startTimeUnixNano: (reader, rows) => readFixed64(reader, (high, low) => rows.setWide(START, high, low)),
  endTimeUnixNano: (reader, rows) => readFixed64(reader, (high, low) => rows.setWide(END, high, low)),
  attributes: (reader, rows) => reader.array(() => readSpanAttribute(reader, rows)),
  status: (reader, rows) => members(reader, CODE, () => rows.setStatus(readEnum(reader, CODES, 2))),
};
const SPAN = new KeyTable(Object.keys(SPAN_FIELDS));
const SPAN_READERS = Object.values(SPAN_FIELDS);

function readSpanAttribute(reader: JsonReader, rows: SpanRows): void {
  readPair(reader, SPAN_KEYS, (key, type) => {
    const { text, start, end } = reader;
    if (type === 2) takeNumber(rows, key, anyNumber(text, start, end));
    else takeText(rows, key, text, start, end);
  });
}

/**
 * Calls `take` where the pair's key is one of `keys`, with the value's type (a place in `VALUE`) and its text
 * in the reader. Key and value come in any order, so the value is gone over first and read when the key is known.
 */
function readPair(reader: JsonReader, keys: KeyTable, take: (key: number, type: number) => void): void {
  let key = -1;
  let valueAt = -1;
  members(reader, PAIR, (half) => {
    if (half === 1) {
      valueAt = reader.pos;
      return reader.skip();
    }
    readText(reader);
    key = keys.find(reader.text, reader.start, reader.end);
  });
  if (key === -1 || valueAt === -1) return;
  const after = reader.pos;
  reader.pos = valueAt;
  members(reader, VALUE, (type) => {
    if (reader.skipNull()) return;
    if (reader.peek() === 0x22) reader.string();
    else reader.number();
    take(key, type);
  });
  reader.pos = after;
}
