import { SERVICE_NAME, SPAN_KEYS, takeNumber, takeText } from "./attributes.ts";
import { JsonReader } from "./json-reader.ts";
import { readEnum, readFixed64, readHexId, readText } from "./json-values.ts";
import { KeyTable } from "./key-table.ts";
import { WORD, WORDS, type SpanBatch } from "./span-batch.ts";
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

/** Reads an `ExportTraceServiceRequest` in OTLP's JSON (hexadecimal ids) into the batch. Throws `Malformed`. */
export function decodeOtlpJson(bytes: Uint8Array, batch: SpanBatch): void {
  const reader = new JsonReader(bytes);
  const readOne = (): void => readResourceSpans(reader, batch);
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

function readResourceSpans(reader: JsonReader, batch: SpanBatch): void {
  const firstRow = batch.length;
  let service: number | undefined;
  const readScope = (): void => members(reader, SPANS, () => reader.array(() => readSpan(reader, batch)));
  members(reader, PARTS, (part) => {
    if (part === 1) reader.array(readScope);
    else service = readResource(reader, batch) ?? service;
  });
  batch.setService(firstRow, service);
}

function readResource(reader: JsonReader, batch: SpanBatch): number | undefined {
  let service: number | undefined;
  const readAttribute = (): void => {
    readPair(reader, SERVICE_NAME, (_, type) => {
      if (type === 0) service = batch.intern(reader.text, reader.start, reader.end);
    });
  };
  members(reader, ATTRIBUTES, () => reader.array(readAttribute));
  return service;
}

function readSpan(reader: JsonReader, batch: SpanBatch): void {
  const row = batch.beginSpan();
  members(reader, SPAN, (key) => SPAN_READERS[key]!(reader, batch, row));
  batch.endSpan();
}

type FieldReader = (reader: JsonReader, batch: SpanBatch, row: number) => void;

const SPAN_FIELDS: Readonly<Record<string, FieldReader>> = {
  traceId: (reader, batch, row) => readHexId(reader, 32, batch.words, row * WORDS + WORD.traceHigh),
  spanId: (reader, batch, row) => readHexId(reader, 16, batch.words, row * WORDS + WORD.span),
  parentSpanId: (reader, batch, row) => readHexId(reader, 16, batch.words, row * WORDS + WORD.parent),
  traceState: (reader, batch, row) => {
    readText(reader);
    batch.adjustedCount[row] = adjustedCountOf(reader.text, reader.start, reader.end);
  },
  name: (reader, batch, row) => {
    readText(reader);
    batch.name[row] = batch.intern(reader.text, reader.start, reader.end);
  },
  kind: (reader, batch, row) => {
    batch.kind[row] = readEnum(reader, KINDS, 5);
  },
  startTimeUnixNano: (reader, batch, row) => readFixed64(reader, batch.words, row * WORDS + WORD.start),
  endTimeUnixNano: (reader, batch, row) => readFixed64(reader, batch.words, row * WORDS + WORD.end),
  attributes: (reader, batch, row) => reader.array(() => readSpanAttribute(reader, batch, row)),
  status: (reader, batch, row) => {
    members(reader, CODE, () => {
      batch.status[row] = readEnum(reader, CODES, 2);
    });
  },
};
const SPAN = new KeyTable(Object.keys(SPAN_FIELDS));
const SPAN_READERS = Object.values(SPAN_FIELDS);

function readSpanAttribute(reader: JsonReader, batch: SpanBatch, row: number): void {
  readPair(reader, SPAN_KEYS, (key, type) => {
    const { text, start, end } = reader;
    if (type === 2) takeNumber(batch, row, key, anyNumber(text, start, end));
    else takeText(batch, row, key, text, start, end);
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
