import { SPAN_KEYS, takeText } from "./attributes.ts";
import { JsonReader } from "./json-reader.ts";
import { readEnum, readFixed64, readHexId, readText } from "./json-values.ts";
import { KeyTable } from "./key-table.ts";
import { END, PARENT_ID, SPAN_ID, START, TRACE_HIGH, TRACE_LOW, type SpanRows } from "../count/span-rows.ts";

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
  rows.beginSpan();
  rows.setKind(INTERNAL);
  let startUs = 0n;
  let durationUs = 0n;
  reader.object(() => {
    const key = SPAN.find(reader.text, reader.start, reader.end);
    if (key === -1) reader.skip();
    else if (key === TIMESTAMP) startUs = readMicroseconds(reader);
    else if (key === DURATION) durationUs = readMicroseconds(reader);
    else SPAN_READERS[key]!(reader, rows);
  });
  setNanoseconds(rows, START, startUs * 1000n);
  setNanoseconds(rows, END, (startUs + durationUs) * 1000n);
  rows.endSpan();
}

type FieldReader = (reader: JsonReader, rows: SpanRows) => void;

const SPAN_FIELDS: Readonly<Record<string, FieldReader>> = {
  traceId: readTraceId,
  id: (reader, rows) => readHexId(reader, 16, (high, low) => rows.setWide(SPAN_ID, high, low)),
  parentId: (reader, rows) => readHexId(reader, 16, (high, low) => rows.setWide(PARENT_ID, high, low)),
  name: (reader, rows) => {
    readText(reader);
    rows.setName(reader.text, reader.start, reader.end);
  },
  kind: (reader, rows) => rows.setKind(readEnum(reader, KINDS, 0) || INTERNAL),
  localEndpoint: readEndpoint,
  tags: readTags,
};
const SPAN_READERS = Object.values(SPAN_FIELDS);
const [TIMESTAMP, DURATION] = [SPAN_READERS.length, SPAN_READERS.length + 1];
const SPAN = new KeyTable([...Object.keys(SPAN_FIELDS), "timestamp", "duration"]);

/** Of 32 digits, or of 16: then the upper half is 0. */
function readTraceId(reader: JsonReader, rows: SpanRows): void {
  const from = reader.pos;
  readText(reader);
  const isShort = reader.end - reader.start === 16;
  reader.pos = from;
  readHexId(reader, isShort ? 16 : 32, (high, low, half) => {
    rows.setWide(half === 0 && !isShort ? TRACE_HIGH : TRACE_LOW, high, low);
  });
}

function readEndpoint(reader: JsonReader, rows: SpanRows): void {
  reader.object(() => {
    if (SERVICE.find(reader.text, reader.start, reader.end) === -1) return reader.skip();
    readText(reader);
    rows.setService(rows.intern(reader.text, reader.start, reader.end));
  });
}

function readTags(reader: JsonReader, rows: SpanRows): void {
  reader.object(() => {
    const { text, start, end } = reader;
    const key = SPAN_KEYS.find(text, start, end);
    const status = STATUS.find(text, start, end);
    if (key === -1 && status === -1) return reader.skip();
    readText(reader);
    if (key !== -1) takeText(rows, key, reader.text, reader.start, reader.end);
    else if (status === 1) rows.setStatus(ERROR);
    else rows.setStatus(Math.max(0, CODES.find(reader.text, reader.start, reader.end)));
  });
}

function readMicroseconds(reader: JsonReader): bigint {
  let us = 0n;
  readFixed64(reader, (high, low) => {
    us = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  });
  return us;
}

/** Beyond 64 bits it wraps. */
function setNanoseconds(rows: SpanRows, field: number, ns: bigint): void {
  rows.setWide(field, Number((ns >> 32n) & 0xffffffffn) | 0, Number(ns & 0xffffffffn) | 0);
}
