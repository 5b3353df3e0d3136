import * as row from "../count/span-rows.ts";
import type { SpanRows } from "../count/span-rows.ts";
import { equalBytes } from "../count/string-table.ts";
import { attributeAt, canBeKept, setNumber, setText } from "./attributes.ts";
import { Malformed } from "./malformed.ts";
import { ProtobufReader } from "./protobuf-reader.ts";
import { adjustedCountOf } from "../../base/probability-sampling.ts";

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
    readPair(reader, to);
    const isName = equalBytes(SERVICE_NAME, reader.bytes, reader.keyStart, reader.keyEnd);
    if (isName && reader.pos < reader.valueEnd && reader.tag(reader.valueEnd) === 0x0a) {
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

/** The hot loop: one turn a field. Tags and lengths of one byte, as nearly all are, are read without a call. */
function readSpan(reader: ProtobufReader, end: number, rows: SpanRows): void {
  rows.beginSpan();
  const { bytes, view } = reader;
  let { pos } = reader;
  while (pos < end) {
    let tag = bytes[pos]!;
    if (tag >= 8 && tag < 0x80) pos++;
    else if (tag === 0x85 && bytes[pos + 1] === 0x01 && pos + 6 <= end) {
      // `flags`, which every span has and the sink does not keep
      pos += 6;
      continue;
    } else {
      reader.pos = pos;
      tag = reader.tag(end);
      ({ pos } = reader);
    }
    if ((tag & 7) === 2) {
      let to = pos + 1 + bytes[pos]!;
      if (bytes[pos]! < 0x80 && to <= end) pos++;
      else {
        reader.pos = pos;
        to = reader.lengthEnd(end);
        ({ pos } = reader);
      }
      if (tag !== 0x4a) readBytesField(reader, tag, pos, to, rows);
      else if (bytes[pos] !== 0x0a || canBeKept(bytes[pos + 1]!, bytes[pos + 2]!)) {
        reader.pos = pos;
        readAttribute(reader, to, rows);
      }
      pos = to;
      continue;
    }
    reader.pos = pos;
    if (tag === 0x39) rows.setTime(row.START, view, reader.fixed(8, end));
    else if (tag === 0x41) rows.setTime(row.END, view, reader.fixed(8, end));
    else if (tag === 0x30) rows.setWord(row.KIND, knownEnum(reader.varint(end), 5));
    else reader.skip(tag, end);
    ({ pos } = reader);
  }
  reader.pos = pos;
  rows.endSpan();
}

function readBytesField(reader: ProtobufReader, tag: number, pos: number, to: number, rows: SpanRows): void {
  const { bytes, view } = reader;
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
  else if (tag === 0x7a) rows.setWord(row.STATUS, readStatus(reader, pos, to));
}

function checkLength(length: number, expected: number): void {
  if (length !== expected) throw new Malformed(`protobuf: an id of ${length} bytes, not ${expected}`);
}

/** A value of an open enum that is not known counts as unspecified, 0. */
function knownEnum(value: number, last: number): number {
  return value <= last ? value : 0;
}

function readStatus(reader: ProtobufReader, pos: number, end: number): number {
  const { bytes } = reader;
  // as nearly all are written: the code alone
  if (end - pos === 2 && bytes[pos] === 0x18 && bytes[pos + 1]! <= 2) return bytes[pos + 1]!;
  let code = 0;
  reader.pos = pos;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x18) code = knownEnum(reader.varint(end), 2);
    else reader.skip(tag, end);
  }
  return code;
}

function readAttribute(reader: ProtobufReader, end: number, rows: SpanRows): void {
  readPair(reader, end);
  const key = attributeAt(reader.bytes, reader.keyStart, reader.keyEnd);
  if (key === -1) return;
  const { valueEnd } = reader;
  while (reader.pos < valueEnd) {
    const tag = reader.tag(valueEnd);
    if (tag === 0x18) setNumber(rows, key, reader.varint(valueEnd));
    else if (tag === 0x21) setNumber(rows, key, reader.view.getFloat64(reader.fixed(8, valueEnd), true));
    else if (tag === 0x0a) {
      const to = reader.lengthEnd(valueEnd);
      setText(rows, key, reader.bytes.toString("utf8", reader.pos, to));
      reader.pos = to;
    } else if (tag === 0x2a) {
      const to = reader.lengthEnd(valueEnd);
      const text = firstText(reader, to);
      if (text !== undefined) setText(rows, key, text);
      reader.pos = to;
    } else reader.skip(tag, valueEnd);
  }
}

/** The text of an array's first value, as captured headers have it. */
function firstText(reader: ProtobufReader, end: number): string | undefined {
  if (reader.pos === end || reader.tag(end) !== 0x0a) return undefined;
  const valueEnd = reader.lengthEnd(end);
  if (reader.pos === valueEnd || reader.tag(valueEnd) !== 0x0a) return undefined;
  const to = reader.lengthEnd(valueEnd);
  return reader.bytes.toString("utf8", reader.pos, to);
}

/** Reads where the key and the value of a pair lie that ends at `end`, and moves to the value. */
function readPair(reader: ProtobufReader, end: number): void {
  const { bytes, pos } = reader;
  const keyEnd = pos + 2 + bytes[pos + 1]!;
  const valueStart = keyEnd + 2;
  // as nearly all are written: the key, and the value to the end, both of one byte of length
  if (end - pos < 0x80 && bytes[pos] === 0x0a && bytes[keyEnd] === 0x12 && end === valueStart + bytes[keyEnd + 1]!) {
    reader.keyStart = pos + 2;
    reader.keyEnd = keyEnd;
    reader.valueEnd = end;
    reader.pos = valueStart;
  } else readAnyPair(reader, end);
}

function readAnyPair(reader: ProtobufReader, end: number): void {
  let valueStart = end;
  reader.keyStart = reader.keyEnd = reader.valueEnd = end;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) {
      reader.keyEnd = reader.lengthEnd(end);
      reader.keyStart = reader.pos;
      reader.pos = reader.keyEnd;
    } else if (tag === 0x12) {
      reader.valueEnd = reader.lengthEnd(end);
      valueStart = reader.pos;
      reader.pos = reader.valueEnd;
    } else reader.skip(tag, end);
  }
  reader.pos = valueStart;
}
