import * as row from "../count/span-rows.ts";
import type { SpanRows } from "../count/span-rows.ts";
import { equalBytes } from "../count/string-table.ts";
import { attributeAt, canBeKept, setAttribute } from "./attributes.ts";
import { Malformed } from "./malformed.ts";
import { ProtobufReader } from "./protobuf-reader.ts";
import { adjustedCountOf } from "./trace-state.ts";

const SERVICE_NAME = Buffer.from("service.name");

/**
 * Reads an `ExportTraceServiceRequest` into the rows; skips fields that the sink does not keep. Throws `Malformed`.
 * Fields are named by their tags. Source: opentelemetry-proto, trace/v1, common/v1 and resource/v1.
 */
export function decodeOtlpProtobuf(bytes: Uint8Array, rows: SpanRows): void {
  const reader = new ProtobufReader(bytes);
  const end = bytes.length;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) readResourceSpans(reader, reader.lengthEnd(end), rows);
    else reader.skip(tag, end);
  }
}

function readResourceSpans(reader: ProtobufReader, end: number, rows: SpanRows): void {
  const firstRow = rows.length;
  let service = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) service = readResource(reader, reader.lengthEnd(end), rows) ?? service;
    else if (tag === 0x12) readScopeSpans(reader, reader.lengthEnd(end), rows);
    else reader.skip(tag, end);
  }
  rows.setServices(firstRow, service);
}

const isServiceName = (bytes: Uint8Array, start: number, end: number): number =>
  equalBytes(SERVICE_NAME, bytes, start, end) ? 0 : -1;

/** The number of the service's name. */
function readResource(reader: ProtobufReader, end: number, rows: SpanRows): number | undefined {
  let service: number | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== 0x0a) {
      reader.skip(tag, end);
      continue;
    }
    const to = reader.lengthEnd(end);
    const isName = findPair(reader, to, isServiceName) === 0 && reader.pos < reader.valueEnd;
    if (isName && reader.tag(reader.valueEnd) === 0x0a) {
      const nameEnd = reader.lengthEnd(reader.valueEnd);
      service = rows.intern(reader.bytes, reader.pos, nameEnd);
    }
    reader.pos = to;
  }
  return service;
}

function readScopeSpans(reader: ProtobufReader, end: number, rows: SpanRows): void {
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x12) readSpan(reader, reader.lengthEnd(end), rows);
    else reader.skip(tag, end);
  }
}

/** The hot loop: one turn a field. */
function readSpan(reader: ProtobufReader, end: number, rows: SpanRows): void {
  rows.beginSpan();
  const { bytes, view } = reader;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if ((tag & 7) === 2) {
      const to = reader.lengthEnd(end);
      if (tag !== 0x4a) readBytesField(reader, tag, to, rows);
      else if (bytes[reader.pos] !== 0x0a || canBeKept(bytes[reader.pos + 1]!, bytes[reader.pos + 2]!))
        readAttribute(reader, to, rows);
      reader.pos = to;
    } else if (tag === 0x39) rows.setTime(row.START, view, reader.fixed(8, end));
    else if (tag === 0x41) rows.setTime(row.END, view, reader.fixed(8, end));
    else if (tag === 0x30) rows.setWord(row.KIND, knownEnum(reader.varint(end), 5));
    else reader.skip(tag, end);
  }
  rows.endSpan();
}

function readBytesField(reader: ProtobufReader, tag: number, to: number, rows: SpanRows): void {
  const { bytes, view, pos } = reader;
  if (tag === 0x0a) {
    checkLength(to - pos, 16);
    rows.setId(row.TRACE_HIGH, view, pos);
    rows.setId(row.TRACE_LOW, view, pos + 8);
  } else if (tag === 0x12) {
    checkLength(to - pos, 8);
    rows.setId(row.SPAN_ID, view, pos);
  } else if (tag === 0x22 && to > pos) {
    checkLength(to - pos, 8);
    rows.setId(row.PARENT_ID, view, pos);
  } else if (tag === 0x1a) rows.setThreshold(adjustedCountOf(bytes.toString("latin1", pos, to)));
  else if (tag === 0x2a) rows.setWord(row.NAME, rows.intern(bytes, pos, to));
  else if (tag === 0x7a) rows.setWord(row.STATUS, readStatus(reader, to));
}

function checkLength(length: number, expected: number): void {
  if (length !== expected) throw new Malformed(`protobuf: an id of ${length} bytes, not ${expected}`);
}

/** A value of an open enum that is not known counts as unspecified, 0. */
function knownEnum(value: number, last: number): number {
  return value <= last ? value : 0;
}

function readStatus(reader: ProtobufReader, end: number): number {
  let code = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x18) code = knownEnum(reader.varint(end), 2);
    else reader.skip(tag, end);
  }
  return code;
}

function readAttribute(reader: ProtobufReader, end: number, rows: SpanRows): void {
  const key = findPair(reader, end, attributeAt);
  if (key === -1) return;
  while (reader.pos < reader.valueEnd) {
    const tag = reader.tag(reader.valueEnd);
    if (tag === 0x0a) {
      const to = reader.lengthEnd(reader.valueEnd);
      setAttribute(rows, key, reader.bytes.toString("utf8", reader.pos, to));
      reader.pos = to;
    } else if (tag === 0x18) setAttribute(rows, key, reader.varint(reader.valueEnd));
    else if (tag === 0x21) setAttribute(rows, key, reader.view.getFloat64(reader.fixed(8, reader.valueEnd), true));
    else reader.skip(tag, reader.valueEnd);
  }
}

/**
 * Reads a key-value pair that ends at `end`. Returns what `find` returns for its key; unless that is -1, the reader
 * is moved to the value, which ends at `valueEnd`.
 */
function findPair(
  reader: ProtobufReader,
  end: number,
  find: (bytes: Uint8Array, start: number, end: number) => number,
): number {
  let key = -1;
  let valueStart = end;
  reader.valueEnd = end;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== 0x0a && tag !== 0x12) {
      reader.skip(tag, end);
      continue;
    }
    const to = reader.lengthEnd(end);
    if (tag === 0x0a) key = find(reader.bytes, reader.pos, to);
    else {
      valueStart = reader.pos;
      reader.valueEnd = to;
    }
    reader.pos = to;
  }
  reader.pos = valueStart;
  return key;
}
