import { Malformed } from "./malformed.ts";

/**
 * Reads protobuf's wire format from a body that is not trusted: `end` is the end of the message that is being read.
 * Source: protobuf.dev, "Encoding".
 */
export class ProtobufReader {
  readonly bytes: Buffer;
  readonly view: DataView;
  pos = 0;
  /** Of the key-value pair that is being read. */
  keyStart = 0;
  keyEnd = 0;
  valueEnd = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** A field's tag: number and wire type. */
  tag(end: number): number {
    const tag = this.varint(end);
    if (tag >>> 3 === 0) throw new Malformed("protobuf: field number 0");
    return tag;
  }

  /** The end of the length-delimited field that begins here; moves to its first byte. */
  lengthEnd(end: number): number {
    const length = this.varint(end);
    const to = this.pos + length;
    if (to > end) throw new Malformed("protobuf: a length beyond the end of its message");
    return to;
  }

  /** An unsigned number of up to 64 bits; above 2^53 it is rounded. */
  varint(end: number): number {
    const byte = this.bytes[this.pos]!;
    if (byte < 0x80 && this.pos < end) {
      this.pos++;
      return byte;
    }
    const next = this.bytes[this.pos + 1]!;
    if (next < 0x80 && this.pos + 1 < end) {
      this.pos += 2;
      return (byte & 0x7f) | (next << 7);
    }
    const last = this.bytes[this.pos + 2]!;
    if (last < 0x80 && this.pos + 2 < end) {
      this.pos += 3;
      return (byte & 0x7f) | ((next & 0x7f) << 7) | (last << 14);
    }
    return this.#longVarint(end);
  }

  #longVarint(end: number): number {
    let value = 0;
    for (let place = 0, scale = 1; place < 10; place++, scale *= 0x80) {
      if (this.pos >= end) throw truncated();
      const byte = this.bytes[this.pos++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new Malformed("protobuf: a varint of more than 64 bits");
  }

  /** Moves over a field of 4 or 8 bytes and returns its position. */
  fixed(length: 4 | 8, end: number): number {
    const at = this.pos;
    this.pos += length;
    if (this.pos > end) throw truncated();
    return at;
  }

  /** Moves over a field that is not needed. */
  skip(tag: number, end: number): void {
    const wireType = tag & 7;
    if (wireType === 2) this.pos = this.lengthEnd(end);
    else if (wireType === 0) this.varint(end);
    else if (wireType === 1) this.fixed(8, end);
    else if (wireType === 5) this.fixed(4, end);
    else throw new Malformed(`protobuf: wire type ${wireType}`);
  }
}

function truncated(): Malformed {
  return new Malformed("protobuf: the message ends in the middle of a field");
}
