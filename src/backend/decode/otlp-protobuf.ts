import { SERVICE_NAME } from "./attributes.ts";
import { Malformed } from "./malformed.ts";
import { isOther, readAttribute, readPair } from "./protobuf-attributes.ts";
import { beyond, checkWireType, ProtobufReader, truncated, type WireTypes } from "./protobuf-reader.ts";
import type { SpanRows } from "../books/span-rows.ts";
import { adjustedCountOf } from "./trace-state.ts";

/** Wire types by field number. Source: opentelemetry-proto, trace/v1, common/v1 and resource/v1. */
const REQUEST: WireTypes = [undefined, 2];
const RESOURCE_SPANS: WireTypes = [undefined, 2, 2, 2];
const RESOURCE: WireTypes = [undefined, 2, 0];
const SCOPE_SPANS: WireTypes = [undefined, 2, 2, 2];
const SPAN: WireTypes = [undefined, 2, 2, 2, 2, 2, 0, 1, 1, 2, 0, 2, 0, 2, 0, 2, 5];
const STATUS_FIELDS: WireTypes = [undefined, undefined, 2, 0];

/** Reads an `ExportTraceServiceRequest` into the batch; what the sink does not keep is passed over. Throws `Malformed`. */
export function decodeOtlpProtobuf(bytes: Uint8Array, rows: SpanRows): void {
  const reader = new ProtobufReader(bytes);
  const end = bytes.length;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) readResourceSpans(reader, reader.lengthEnd(end), rows);
    else reader.skip(tag, REQUEST, end);
  }
}

function readResourceSpans(reader: ProtobufReader, end: number, rows: SpanRows): void {
  const firstRow = rows.length;
  let service = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) service = readResource(reader, reader.lengthEnd(end), rows) ?? service;
    else if (tag === 0x12) readScopeSpans(reader, reader.lengthEnd(end), rows);
    else reader.skip(tag, RESOURCE_SPANS, end);
  }
  rows.service.fill(service, firstRow, rows.length);
}

function readResource(reader: ProtobufReader, end: number, rows: SpanRows): number | undefined {
  let service: number | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== 0x0a) {
      reader.skip(tag, RESOURCE, end);
      continue;
    }
    const pairEnd = reader.lengthEnd(end);
    if (readPair(reader, pairEnd, SERVICE_NAME) === 0) service = readServiceName(reader, rows) ?? service;
    reader.pos = pairEnd;
  }
  return service;
}

function readServiceName(reader: ProtobufReader, rows: SpanRows): number | undefined {
  const { valueStart, valueEnd } = reader;
  reader.pos = valueStart;
  if (valueStart === valueEnd || reader.tag(valueEnd) !== 0x0a) return undefined;
  const to = reader.lengthEnd(valueEnd);
  return rows.intern(reader.bytes, reader.pos, to);
}

function readScopeSpans(reader: ProtobufReader, end: number, rows: SpanRows): void {
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x12) readSpan(reader, reader.lengthEnd(end), rows);
    else reader.skip(tag, SCOPE_SPANS, end);
  }
}

/**
 * The hot loop: one turn a field, its position in a local variable, and the reader's general ways only where a
 * tag or a number takes more than one byte. What is read past `end` is found out at the latest after the loop.
 */
function readSpan(reader: ProtobufReader, end: number, rows: SpanRows): void {
  const row = rows.beginSpan();
  const { bytes } = reader;
  let pos = reader.pos;
  while (pos < end) {
    let tag = bytes[pos++]!;
    if (tag >= 0x80 || tag < 0x08) {
      reader.pos = pos - 1;
      tag = reader.tag(end);
      pos = reader.pos;
    }
    const wireType = tag & 7;
    if (wireType === 2) {
      let length = bytes[pos++]!;
      if (!(length < 0x80)) {
        reader.pos = pos - 1;
        length = reader.varint32(end);
        pos = reader.pos;
      }
      if (pos + length > end) throw beyond();
      readBytesField(reader, tag, pos, pos + length, rows, row);
      pos += length;
    } else if (wireType === 1) {
      if (pos + 8 > end) throw truncated();
      if (tag === 0x39) readTime(reader.view, pos, rows.times, 0);
      else if (tag === 0x41) readTime(reader.view, pos, rows.times, 2);
      else checkWireType(tag, SPAN);
      pos += 8;
    } else if (wireType === 0 && bytes[pos]! < 0x80) {
      if (tag === 0x30) rows.kind[row] = known(bytes[pos]!, 5);
      else checkWireType(tag, SPAN);
      pos++;
    } else {
      reader.pos = pos;
      if (tag === 0x30) rows.kind[row] = known(reader.varint64(end), 5);
      else reader.skip(tag, SPAN, end);
      pos = reader.pos;
    }
  }
  if (pos > end) throw truncated();
  reader.pos = pos;
  rows.endSpan();
}

function readBytesField(
  reader: ProtobufReader,
  tag: number,
  from: number,
  to: number,
  rows: SpanRows,
  row: number,
): void {
  const { bytes, view } = reader;
  switch (tag) {
    case 0x4a: // attribute
      if (!isOther(bytes, from)) readAttribute(reader, from, to, rows, row);
      return;
    case 0x0a: // trace id
      checkId(to - from, 16);
      rows.setTraceHigh(row, view.getInt32(from), view.getInt32(from + 4));
      rows.setTraceLow(row, view.getInt32(from + 8), view.getInt32(from + 12));
      return;
    case 0x12: // span id
      checkId(to - from, 8);
      rows.setSpan(row, view.getInt32(from), view.getInt32(from + 4));
      return;
    case 0x22: // parent id
      if (to === from) return;
      checkId(to - from, 8);
      rows.setParent(row, view.getInt32(from), view.getInt32(from + 4));
      return;
    case 0x1a: // trace state
      rows.adjustedCount[row] = adjustedCountOf(bytes, from, to);
      return;
    case 0x2a: // name
      rows.name[row] = rows.intern(bytes, from, to);
      return;
    case 0x7a: // status
      rows.status[row] = readStatus(reader, from, to);
      return;
    default:
      checkWireType(tag, SPAN);
  }
}

function readTime(view: DataView, from: number, times: Uint32Array, at: number): void {
  times[at] = view.getInt32(from, true);
  times[at + 1] = view.getInt32(from + 4, true);
}

function checkId(length: number, expected: number): void {
  if (length !== expected) throw new Malformed(`an id of ${length} bytes, not ${expected}`);
}

/** A value of an open enum that is not known counts as unspecified. */
function known(value: number, last: number): number {
  return value <= last ? value : 0;
}

function readStatus(reader: ProtobufReader, from: number, end: number): number {
  const { bytes } = reader;
  if (end - from === 2 && bytes[from] === 0x18 && bytes[from + 1]! <= 2) return bytes[from + 1]!;
  let code = 0;
  reader.pos = from;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x18) code = known(reader.varint64(end), 2);
    else reader.skip(tag, STATUS_FIELDS, end);
  }
  return code;
}
