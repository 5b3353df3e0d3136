import { SERVICE_NAME } from "./attributes.ts";
import { Malformed } from "./malformed.ts";
import { isOther, readAttribute, readPair } from "./protobuf-attributes.ts";
import { beyond, checkWireType, ProtobufReader, truncated, type WireTypes } from "./protobuf-reader.ts";
import { END, PARENT_ID, SPAN_ID, START, TRACE_HIGH, TRACE_LOW, type SpanRows } from "../count/span-rows.ts";
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
  rows.setServices(firstRow, service);
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
 * The hot loop: one turn a field, its position in a local variable. Tags of two bytes (the flags') and lengths of one
 * are read on the spot, the reader's general ways are for all others. What is read past `end` is found out at the
 * latest after the loop.
 */
function readSpan(reader: ProtobufReader, end: number, rows: SpanRows): void {
  rows.beginSpan();
  const { bytes, view } = reader;
  let pos = reader.pos;
  while (pos < end) {
    let tag = bytes[pos++]!;
    if (tag >= 0x80 && bytes[pos]! < 0x80 && bytes[pos]! > 0) tag += (bytes[pos++]! - 1) << 7;
    else if (tag < 0x08 || tag >= 0x80) {
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
      const to = pos + length;
      if (to > end) throw beyond();
      if (tag !== 0x4a) readBytesField(reader, tag, pos, to, rows);
      else if (!isOther(bytes, pos)) readAttribute(reader, pos, to, rows);
      pos = to;
    } else if (wireType === 1) {
      if (pos + 8 > end) throw truncated();
      if (tag === 0x39) rows.setTime(START, view, pos);
      else if (tag === 0x41) rows.setTime(END, view, pos);
      else checkWireType(tag, SPAN);
      pos += 8;
    } else if (wireType === 5) {
      checkWireType(tag, SPAN);
      pos += 4;
    } else if (wireType === 0 && bytes[pos]! < 0x80) {
      if (tag === 0x30) rows.setKind(known(bytes[pos]!, 5));
      else checkWireType(tag, SPAN);
      pos++;
    } else {
      reader.pos = pos;
      if (tag === 0x30) rows.setKind(known(reader.varint64(end), 5));
      else reader.skip(tag, SPAN, end);
      pos = reader.pos;
    }
  }
  if (pos > end) throw truncated();
  reader.pos = pos;
  rows.endSpan();
}

function readBytesField(reader: ProtobufReader, tag: number, from: number, to: number, rows: SpanRows): void {
  const { bytes, view } = reader;
  if (tag === 0x0a) {
    checkId(to - from, 16);
    rows.setId(TRACE_HIGH, view, from);
    rows.setId(TRACE_LOW, view, from + 8);
  } else if (tag === 0x12) {
    checkId(to - from, 8);
    rows.setId(SPAN_ID, view, from);
  } else if (tag === 0x22) {
    if (to === from) return;
    checkId(to - from, 8);
    rows.setId(PARENT_ID, view, from);
  } else if (tag === 0x1a) rows.setThreshold(adjustedCountOf(bytes, from, to));
  else if (tag === 0x2a) rows.setName(bytes, from, to);
  else if (tag === 0x7a) rows.setStatus(readStatus(reader, from, to));
  else checkWireType(tag, SPAN);
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
