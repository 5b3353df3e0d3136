import type { SpanRows } from "../count/span-rows.ts";
import { SPAN_KEY_LENGTHS, SPAN_KEYS, takeNumber, takeText } from "./attributes.ts";
import type { KeyTable } from "./key-table.ts";
import type { ProtobufReader, WireTypes } from "./protobuf-reader.ts";

/** Wire types by field number. Source: opentelemetry-proto, common/v1. */
const KEY_VALUE: WireTypes = [undefined, 2, 2];
const ANY_VALUE: WireTypes = [undefined, 2, 0, 0, 1, 2, 2, 2];

/** Most attributes are not kept, and a look at the length and the first letter of the key (`s`) says so. */
export function isOther(bytes: Uint8Array, from: number): boolean {
  return bytes[from] === 0x0a && (bytes[from + 2] !== 0x73 || SPAN_KEY_LENGTHS[bytes[from + 1]!] === 0);
}

export function readAttribute(reader: ProtobufReader, from: number, end: number, rows: SpanRows): void {
  reader.pos = from;
  const key = readPair(reader, end, SPAN_KEYS);
  if (key !== -1) readValue(reader, key, rows);
}

/** Leaves the value's place in the reader; returns the key's place in `keys`, or -1. */
export function readPair(reader: ProtobufReader, end: number, keys: KeyTable): number {
  const { bytes, pos } = reader;
  const keyEnd = pos + 2 + bytes[pos + 1]!;
  const valueEnd = keyEnd + 2 + bytes[keyEnd + 1]!;
  // As everybody writes it: the key, then the value to the end, both of less than 128 bytes.
  if (bytes[pos] === 0x0a && bytes[keyEnd] === 0x12 && valueEnd === end && end - pos < 128) {
    reader.valueStart = keyEnd + 2;
    reader.valueEnd = end;
    return keys.find(bytes, pos + 2, keyEnd);
  }
  return readAnyPair(reader, end, keys);
}

function readAnyPair(reader: ProtobufReader, end: number, keys: KeyTable): number {
  let key = -1;
  reader.valueStart = reader.valueEnd = end;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== 0x0a && tag !== 0x12) {
      reader.skip(tag, KEY_VALUE, end);
      continue;
    }
    const to = reader.lengthEnd(end);
    if (tag === 0x0a) key = keys.find(reader.bytes, reader.pos, to);
    else {
      reader.valueStart = reader.pos;
      reader.valueEnd = to;
    }
    reader.pos = to;
  }
  return key;
}

function readValue(reader: ProtobufReader, key: number, rows: SpanRows): void {
  const end = reader.valueEnd;
  reader.pos = reader.valueStart;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) {
      const to = reader.lengthEnd(end);
      takeText(rows, key, reader.bytes, reader.pos, to);
      reader.pos = to;
    } else if (tag === 0x18) {
      const low = reader.varint64(end);
      takeNumber(rows, key, reader.high === 0 ? low : reader.high * 2 ** 32 + low);
    } else if (tag === 0x21) takeNumber(rows, key, reader.double(end));
    else reader.skip(tag, ANY_VALUE, end);
  }
}
