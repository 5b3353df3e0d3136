import { SPAN_KEYS, takeText } from "./attributes.ts";
import { JsonReader } from "./json-reader.ts";
import { readEnum, readFixed64, readHexId, readText } from "./json-values.ts";
import { KeyTable } from "./key-table.ts";
import type { SpanRows } from "../books/span-rows.ts";

const SERVICE = new KeyTable(["serviceName"]);
/** In the order of OTLP's SpanKind; Zipkin has no word for the first two. */
const KINDS = new KeyTable(["", "", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]);
const INTERNAL = 1;
const STATUS = new KeyTable(["otel.status_code", "error"]);
const CODES = new KeyTable(["UNSET", "OK", "ERROR"]);
const ERROR = 2;

/**
 * Reads a list of Zipkin v2 spans into the rows. Throws `Malformed`.
 * Times are in µs there, and become ns here, as all rows have them. Status and attributes are tags,
 * as OpenTelemetry's Zipkin exporter writes them; a span without a kind is an internal one.
 */
export function decodeZipkinJson(bytes: Uint8Array, rows: SpanRows): void {
  const reader = new JsonReader(bytes);
  const readOne = (): void => readSpan(reader, rows);
  reader.array(readOne);
  reader.finish();
}

function readSpan(reader: JsonReader, rows: SpanRows): void {
  const row = rows.beginSpan();
  rows.kind[row] = INTERNAL;
  reader.object(() => {
    const key = SPAN.find(reader.text, reader.start, reader.end);
    if (key === -1) reader.skip();
    else SPAN_READERS[key]!(reader, rows, row);
  });
  toNanoseconds(rows.times);
  rows.endSpan();
}

type FieldReader = (reader: JsonReader, rows: SpanRows, row: number) => void;

const SPAN_FIELDS: Readonly<Record<string, FieldReader>> = {
  traceId: readTraceId,
  id: (reader, rows, row) => readHexId(reader, 16, (high, low) => rows.setSpan(row, high, low)),
  parentId: (reader, rows, row) => readHexId(reader, 16, (high, low) => rows.setParent(row, high, low)),
  name: (reader, rows, row) => {
    readText(reader);
    rows.name[row] = rows.intern(reader.text, reader.start, reader.end);
  },
  kind: (reader, rows, row) => {
    rows.kind[row] = readEnum(reader, KINDS, 0) || INTERNAL;
  },
  timestamp: (reader, rows) => readFixed64(reader, rows.times, 0),
  duration: (reader, rows) => readFixed64(reader, rows.times, 2),
  localEndpoint: readEndpoint,
  tags: readTags,
};
const SPAN = new KeyTable(Object.keys(SPAN_FIELDS));
const SPAN_READERS = Object.values(SPAN_FIELDS);

/** Of 32 digits, or of 16: then the upper half is 0. */
function readTraceId(reader: JsonReader, rows: SpanRows, row: number): void {
  const from = reader.pos;
  readText(reader);
  const isShort = reader.end - reader.start === 16;
  reader.pos = from;
  readHexId(reader, isShort ? 16 : 32, (high, low, half) => {
    if (half === 0 && !isShort) rows.setTraceHigh(row, high, low);
    else rows.setTraceLow(row, high, low);
  });
}

function readEndpoint(reader: JsonReader, rows: SpanRows, row: number): void {
  reader.object(() => {
    if (SERVICE.find(reader.text, reader.start, reader.end) === -1) return reader.skip();
    readText(reader);
    rows.service[row] = rows.intern(reader.text, reader.start, reader.end);
  });
}

function readTags(reader: JsonReader, rows: SpanRows, row: number): void {
  reader.object(() => {
    const { text, start, end } = reader;
    const key = SPAN_KEYS.find(text, start, end);
    const status = STATUS.find(text, start, end);
    if (key === -1 && status === -1) return reader.skip();
    readText(reader);
    if (key !== -1) takeText(rows, row, key, reader.text, reader.start, reader.end);
    else if (status === 1) rows.status[row] = ERROR;
    else rows.status[row] = Math.max(0, CODES.find(reader.text, reader.start, reader.end));
  });
}

/** Start and duration in µs become start and end in ns; where that is beyond 64 bits, it wraps. */
function toNanoseconds(times: Uint32Array): void {
  const start = wide(times, 0) * 1000n;
  const end = start + wide(times, 2) * 1000n;
  setWide(times, 0, start);
  setWide(times, 2, end);
}

function wide(words: Uint32Array, at: number): bigint {
  return (BigInt(words[at + 1]!) << 32n) | BigInt(words[at]!);
}

function setWide(words: Uint32Array, at: number, value: bigint): void {
  words[at] = Number(value & 0xffffffffn);
  words[at + 1] = Number((value >> 32n) & 0xffffffffn);
}
