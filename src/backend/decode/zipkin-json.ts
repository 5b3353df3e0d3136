import { SPAN_KEYS, takeText } from "./attributes.ts";
import { JsonReader } from "./json-reader.ts";
import { readEnum, readFixed64, readHexId, readText } from "./json-values.ts";
import { KeyTable } from "./key-table.ts";
import { WORD, WORDS, type SpanBatch } from "./span-batch.ts";

const SERVICE = new KeyTable(["serviceName"]);
/** In the order of OTLP's SpanKind; Zipkin has no word for the first two. */
const KINDS = new KeyTable(["", "", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]);
const INTERNAL = 1;
const NO_SERVICE = 0xffffffff;
const STATUS = new KeyTable(["otel.status_code", "error"]);
const CODES = new KeyTable(["UNSET", "OK", "ERROR"]);
const ERROR = 2;

/**
 * Reads a list of Zipkin v2 spans into the batch. Throws `Malformed`.
 * Times are in µs there, and become ns here, as all rows have them. Status and attributes are tags,
 * as OpenTelemetry's Zipkin exporter writes them; a span without a kind is an internal one.
 */
export function decodeZipkinJson(bytes: Uint8Array, batch: SpanBatch): void {
  const reader = new JsonReader(bytes);
  const readOne = (): void => readSpan(reader, batch);
  reader.array(readOne);
  reader.finish();
}

function readSpan(reader: JsonReader, batch: SpanBatch): void {
  const row = batch.beginSpan();
  batch.kind[row] = INTERNAL;
  batch.service[row] = NO_SERVICE;
  reader.object(() => {
    const key = SPAN.find(reader.text, reader.start, reader.end);
    if (key === -1) reader.skip();
    else SPAN_READERS[key]!(reader, batch, row);
  });
  toNanoseconds(batch.words, row * WORDS);
  batch.endSpan();
  if (batch.service[row] === NO_SERVICE) batch.setService(row, undefined);
}

type FieldReader = (reader: JsonReader, batch: SpanBatch, row: number) => void;

const SPAN_FIELDS: Readonly<Record<string, FieldReader>> = {
  traceId: (reader, batch, row) => readTraceId(reader, batch.words, row * WORDS),
  id: (reader, batch, row) => readHexId(reader, 16, batch.words, row * WORDS + WORD.span),
  parentId: (reader, batch, row) => readHexId(reader, 16, batch.words, row * WORDS + WORD.parent),
  name: (reader, batch, row) => {
    readText(reader);
    batch.name[row] = batch.intern(reader.text, reader.start, reader.end);
  },
  kind: (reader, batch, row) => {
    batch.kind[row] = readEnum(reader, KINDS, 0) || INTERNAL;
  },
  timestamp: (reader, batch, row) => readFixed64(reader, batch.words, row * WORDS + WORD.start),
  duration: (reader, batch, row) => readFixed64(reader, batch.words, row * WORDS + WORD.end),
  localEndpoint: readEndpoint,
  tags: readTags,
};
const SPAN = new KeyTable(Object.keys(SPAN_FIELDS));
const SPAN_READERS = Object.values(SPAN_FIELDS);

/** Of 32 digits, or of 16: then the upper half is 0. */
function readTraceId(reader: JsonReader, words: Uint32Array, at: number): void {
  const from = reader.pos;
  reader.string();
  const isShort = reader.end - reader.start === 16;
  reader.pos = from;
  if (isShort) readHexId(reader, 16, words, at + WORD.traceLow);
  else readHexId(reader, 32, words, at + WORD.traceHigh);
}

function readEndpoint(reader: JsonReader, batch: SpanBatch, row: number): void {
  reader.object(() => {
    if (SERVICE.find(reader.text, reader.start, reader.end) === -1) return reader.skip();
    readText(reader);
    batch.service[row] = batch.intern(reader.text, reader.start, reader.end);
  });
}

function readTags(reader: JsonReader, batch: SpanBatch, row: number): void {
  reader.object(() => {
    const { text, start, end } = reader;
    const key = SPAN_KEYS.find(text, start, end);
    const status = STATUS.find(text, start, end);
    if (key === -1 && status === -1) return reader.skip();
    readText(reader);
    if (key !== -1) takeText(batch, row, key, reader.text, reader.start, reader.end);
    else if (status === 1) batch.status[row] = ERROR;
    else batch.status[row] = Math.max(0, CODES.find(reader.text, reader.start, reader.end));
  });
}

/** Timestamp and duration in µs become start and end in ns; where that is beyond 64 bits, it wraps as all ns do. */
function toNanoseconds(words: Uint32Array, at: number): void {
  const start = wide(words, at + WORD.start) * 1000n;
  const end = start + wide(words, at + WORD.end) * 1000n;
  setWide(words, at + WORD.start, start);
  setWide(words, at + WORD.end, end);
}

function wide(words: Uint32Array, at: number): bigint {
  return (BigInt(words[at + 1]!) << 32n) | BigInt(words[at]!);
}

function setWide(words: Uint32Array, at: number, value: bigint): void {
  words[at] = Number(value & 0xffffffffn);
  words[at + 1] = Number((value >> 32n) & 0xffffffffn);
}
