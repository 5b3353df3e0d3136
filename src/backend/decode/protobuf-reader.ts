import { Malformed } from "./malformed.ts";

/** Wire types by field number of one message; absent means a field that is not known. */
export type WireTypes = readonly (number | undefined)[];

/**
 * Reads protobuf's wire format, trusting nothing: each read is held against the end of the message it is in.
 * Source: protobuf.dev, "Encoding".
 */
export class ProtobufReader {
  readonly bytes: Uint8Array;
  pos = 0;
  /** The upper half of the last `varint64`. */
  high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
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
    if (to > end) throw new Malformed("protobuf: a length beyond the end of its message");
    return to;
  }

  varint32(end: number): number {
    const bytes = this.bytes;
    let pos = this.pos;
    if (pos < end && bytes[pos]! < 0x80) {
      this.pos = pos + 1;
      return bytes[pos]!;
    }
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (pos >= end) throw truncated();
      const byte = bytes[pos++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        this.pos = pos;
        if (value > 0xffffffff) break;
        return value;
      }
    }
    throw new Malformed("protobuf: a varint of more than 32 bits where 32 must do");
  }

  /** Returns the lower half; the upper one is left in `high`. Enums and ints of any size are read by this. */
  varint64(end: number): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= end) throw truncated();
      const byte = this.bytes[this.pos++]!;
      const part = byte & 0x7f;
      if (shift < 28) low |= part << shift;
      else if (shift === 28) [low, high] = [low | (part << 28), part >>> 4];
      else high |= part << (shift - 32);
      if (byte < 0x80) {
        this.high = high >>> 0;
        return low >>> 0;
      }
    }
    throw new Malformed("protobuf: a varint of more than 64 bits");
  }

  /** Writes the little-endian 64 bits that start here to `words[at]` (low) and `words[at + 1]`. */
  fixed64(words: Uint32Array, at: number, end: number): void {
    if (this.pos + 8 > end) throw truncated();
    words[at] = this.#littleEndian(this.pos);
    words[at + 1] = this.#littleEndian(this.pos + 4);
    this.pos += 8;
  }

  double(end: number): number {
    if (this.pos + 8 > end) throw truncated();
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.pos, 8);
    this.pos += 8;
    return view.getFloat64(0, true);
  }

  /** Writes the big-endian 64 bits at `from` to `words[at]` (low) and `words[at + 1]`. */
  bigEndian64(words: Uint32Array, at: number, from: number): void {
    const bytes = this.bytes;
    words[at + 1] = (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
    words[at] = (bytes[from + 4]! << 24) | (bytes[from + 5]! << 16) | (bytes[from + 6]! << 8) | bytes[from + 7]!;
  }

  /** Goes over a field that is not needed, or not known; a known field of another wire type is malformed. */
  skip(tag: number, known: WireTypes, end: number): void {
    const wireType = tag & 7;
    const expected = known[tag >>> 3];
    if (expected !== undefined && expected !== wireType) {
      throw new Malformed(`protobuf: field ${tag >>> 3} has wire type ${wireType}, not ${expected}`);
    }
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

  #littleEndian(at: number): number {
    const bytes = this.bytes;
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }
}

function truncated(): Malformed {
  return new Malformed("protobuf: the message ends in the middle of a field");
}
