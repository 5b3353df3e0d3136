import { Malformed } from "./malformed.ts";

/** Wire types by field number of one message; absent means a field that is not known. */
export type WireTypes = readonly (number | undefined)[];

/**
 * Reads protobuf's wire format, trusting nothing: each read is held against the end of the message it is in.
 * Source: protobuf.dev, "Encoding".
 */
export class ProtobufReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  pos = 0;
  /** The upper half of the last `varint64`. */
  high = 0;
  /** The value of the key-value pair that was last read. */
  valueStart = 0;
  valueEnd = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** A field's tag: number and wire type. */
  tag(end: number): number {
    const tag = this.varint32(end);
    if (tag >>> 3 === 0) throw new Malformed("protobuf: field number 0");
    return tag;
  }

  /** Where the length-delimited field that starts here ends; moves to its first byte. */
  lengthEnd(end: number): number {
    const length = this.varint32(end);
    const to = this.pos + length;
    if (to > end) throw beyond();
    return to;
  }

  varint32(end: number): number {
    const byte = this.bytes[this.pos]!;
    if (byte < 0x80 && this.pos < end) {
      this.pos++;
      return byte;
    }
    const low = this.varint64(end);
    if (this.high !== 0) throw new Malformed("protobuf: a varint of more than 32 bits where 32 must do");
    return low;
  }

  /** Returns the lower half; the upper one is left in `high`. Enums and ints of any size are read by this. */
  varint64(end: number): number {
    const { bytes } = this;
    let { pos } = this;
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (pos >= end) throw truncated();
      const byte = bytes[pos++]!;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.pos = pos;
        this.high = 0;
        return low;
      }
    }
    this.pos = pos;
    return this.#wide(low, end);
  }

  /** The rest of a varint whose first 28 bits are `low`. */
  #wide(low: number, end: number): number {
    let high = 0;
    for (let shift = 28; shift < 70; shift += 7) {
      if (this.pos >= end) throw truncated();
      const byte = this.bytes[this.pos++]!;
      const part = byte & 0x7f;
      if (shift === 28) {
        low |= part << 28;
        high = part >>> 4;
      } else high |= part << (shift - 32);
      if (byte < 0x80) {
        this.high = high >>> 0;
        return low >>> 0;
      }
    }
    throw new Malformed("protobuf: a varint of more than 64 bits");
  }

  double(end: number): number {
    if (this.pos + 8 > end) throw truncated();
    this.pos += 8;
    return this.view.getFloat64(this.pos - 8, true);
  }

  /** Goes over a field that is not needed, or not known; a known field of another wire type is malformed. */
  skip(tag: number, known: WireTypes, end: number): void {
    const wireType = tag & 7;
    checkWireType(tag, known);
    if (wireType === 2) this.pos = this.lengthEnd(end);
    else if (wireType === 0) this.varint64(end);
    else if (wireType === 1) this.#advance(8, end);
    else if (wireType === 5) this.#advance(4, end);
    else throw new Malformed(`protobuf: wire type ${wireType}`);
  }

  #advance(length: number, end: number): void {
    this.pos += length;
    if (this.pos > end) throw truncated();
  }
}

export function beyond(): Malformed {
  return new Malformed("protobuf: a length beyond the end of its message");
}

export function truncated(): Malformed {
  return new Malformed("protobuf: the message ends in the middle of a field");
}

/** Throws where a known field has another wire type than it should. */
export function checkWireType(tag: number, known: WireTypes): void {
  const expected = known[tag >>> 3];
  if (expected === undefined || expected === (tag & 7)) return;
  throw new Malformed(`protobuf: field ${tag >>> 3} has wire type ${tag & 7}, not ${expected}`);
}
