import { SERVICE_NAME, SPAN_KEYS, takeNumber, takeText } from "./attributes.ts";
import { Malformed } from "./malformed.ts";
import { ProtobufReader, type WireTypes } from "./protobuf-reader.ts";
import { WORD, WORDS, type SpanBatch } from "./span-batch.ts";
import { adjustedCountOf } from "./trace-state.ts";

/** Wire types by field number. Source: opentelemetry-proto, trace/v1, common/v1 and resource/v1. */
const REQUEST: WireTypes = [undefined, 2];
const RESOURCE_SPANS: WireTypes = [undefined, 2, 2, 2];
const RESOURCE: WireTypes = [undefined, 2, 0];
const SCOPE_SPANS: WireTypes = [undefined, 2, 2, 2];
const SPAN: WireTypes = [undefined, 2, 2, 2, 2, 2, 0, 1, 1, 2, 0, 2, 0, 2, 0, 2, 5];
const STATUS: WireTypes = [undefined, undefined, 2, 0];
const KEY_VALUE: WireTypes = [undefined, 2, 2];
const ANY_VALUE: WireTypes = [undefined, 2, 0, 0, 1, 2, 2, 2];

/** What is known of a key-value pair once both halves were read. */
interface Pair {
  key: number;
  valueStart: number;
  valueEnd: number;
}

/** Reads an `ExportTraceServiceRequest` into the batch; what the sink does not keep is passed over. Throws `Malformed`. */
export function decodeOtlpProtobuf(bytes: Uint8Array, batch: SpanBatch): void {
  const reader = new ProtobufReader(bytes);
  const end = bytes.length;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) readResourceSpans(reader, reader.lengthEnd(end), batch);
    else reader.skip(tag, REQUEST, end);
  }
}

function readResourceSpans(reader: ProtobufReader, end: number, batch: SpanBatch): void {
  const firstRow = batch.length;
  let service: number | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) service = readResource(reader, reader.lengthEnd(end), batch) ?? service;
    else if (tag === 0x12) readScopeSpans(reader, reader.lengthEnd(end), batch);
    else reader.skip(tag, RESOURCE_SPANS, end);
  }
  batch.setService(firstRow, service);
}

function readResource(reader: ProtobufReader, end: number, batch: SpanBatch): number | undefined {
  let service: number | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== 0x0a) {
      reader.skip(tag, RESOURCE, end);
      continue;
    }
    const pairEnd = reader.lengthEnd(end);
    const pair = readPair(reader, pairEnd, SERVICE_NAME);
    if (pair.key === 0 && pair.valueEnd > pair.valueStart) service = readServiceName(reader, pair, batch);
    reader.pos = pairEnd;
  }
  return service;
}

function readServiceName(reader: ProtobufReader, pair: Pair, batch: SpanBatch): number | undefined {
  reader.pos = pair.valueStart;
  if (reader.tag(pair.valueEnd) !== 0x0a) return undefined;
  const to = reader.lengthEnd(pair.valueEnd);
  return batch.intern(reader.bytes, reader.pos, to);
}

function readScopeSpans(reader: ProtobufReader, end: number, batch: SpanBatch): void {
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x12) readSpan(reader, reader.lengthEnd(end), batch);
    else reader.skip(tag, SCOPE_SPANS, end);
  }
}

function readSpan(reader: ProtobufReader, end: number, batch: SpanBatch): void {
  const row = batch.beginSpan();
  while (reader.pos < end) readSpanField(reader, reader.tag(end), end, batch, row);
  batch.endSpan();
}

function readSpanField(reader: ProtobufReader, tag: number, end: number, batch: SpanBatch, row: number): void {
  const words = batch.words;
  const at = row * WORDS;
  switch (tag) {
    case 0x4a: // attributes, the most frequent
      return readAttribute(reader, reader.lengthEnd(end), batch, row);
    case 0x0a: {
      const to = idEnd(reader, end, 16);
      reader.bigEndian64(words, at + WORD.traceHigh, to - 16);
      reader.bigEndian64(words, at + WORD.traceLow, to - 8);
      return;
    }
    case 0x12:
      return reader.bigEndian64(words, at + WORD.span, idEnd(reader, end, 8) - 8);
    case 0x22:
      if (reader.bytes[reader.pos] === 0 && reader.pos < end) reader.pos++;
      else reader.bigEndian64(words, at + WORD.parent, idEnd(reader, end, 8) - 8);
      return;
    case 0x1a: {
      const to = reader.lengthEnd(end);
      batch.adjustedCount[row] = adjustedCountOf(reader.bytes, reader.pos, to);
      reader.pos = to;
      return;
    }
    case 0x2a: {
      const to = reader.lengthEnd(end);
      batch.name[row] = batch.intern(reader.bytes, reader.pos, to);
      reader.pos = to;
      return;
    }
    case 0x30:
      batch.kind[row] = known(reader.varint64(end), 5);
      return;
    case 0x39:
      return reader.fixed64(words, at + WORD.start, end);
    case 0x41:
      return reader.fixed64(words, at + WORD.end, end);
    case 0x7a:
      batch.status[row] = readStatus(reader, reader.lengthEnd(end));
      return;
    default:
      return reader.skip(tag, SPAN, end);
  }
}

function idEnd(reader: ProtobufReader, end: number, length: number): number {
  const to = reader.lengthEnd(end);
  if (to - reader.pos !== length) throw new Malformed(`an id of ${to - reader.pos} bytes, not ${length}`);
  reader.pos = to;
  return to;
}

/** A value of an open enum that is not known counts as unspecified. */
function known(value: number, last: number): number {
  return value <= last ? value : 0;
}

function readStatus(reader: ProtobufReader, end: number): number {
  let code = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x18) code = known(reader.varint64(end), 2);
    else reader.skip(tag, STATUS, end);
  }
  return code;
}

/** Most attributes are not kept, and a look at the key's length and first letter (`s`) says so. */
function readAttribute(reader: ProtobufReader, end: number, batch: SpanBatch, row: number): void {
  const { bytes, pos } = reader;
  if (bytes[pos] === 0x0a && bytes[pos + 2] !== 0x73 && pos + 2 < end && pos + 2 + bytes[pos + 1]! <= end) {
    reader.pos = end;
    return;
  }
  const pair = readPair(reader, end, SPAN_KEYS);
  if (pair.key !== -1) readValue(reader, pair, batch, row);
  reader.pos = end;
}

function readPair(reader: ProtobufReader, end: number, keys: typeof SPAN_KEYS): Pair {
  const pair = { key: -1, valueStart: 0, valueEnd: 0 };
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== 0x0a && tag !== 0x12) {
      reader.skip(tag, KEY_VALUE, end);
      continue;
    }
    const to = reader.lengthEnd(end);
    if (tag === 0x0a) pair.key = keys.find(reader.bytes, reader.pos, to);
    else [pair.valueStart, pair.valueEnd] = [reader.pos, to];
    reader.pos = to;
  }
  return pair;
}

function readValue(reader: ProtobufReader, pair: Pair, batch: SpanBatch, row: number): void {
  const end = pair.valueEnd;
  reader.pos = pair.valueStart;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) {
      const to = reader.lengthEnd(end);
      takeText(batch, row, pair.key, reader.bytes, reader.pos, to);
      reader.pos = to;
    } else if (tag === 0x18) {
      const low = reader.varint64(end);
      takeNumber(batch, row, pair.key, reader.high * 2 ** 32 + low);
    } else if (tag === 0x21) takeNumber(batch, row, pair.key, reader.double(end));
    else reader.skip(tag, ANY_VALUE, end);
  }
}
