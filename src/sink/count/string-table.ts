/** Names are cut after so many bytes. */
const LONGEST = 1024;
/** What a string takes beyond its bytes, about. */
const OVERHEAD_BYTES = 200;
/** When so many bytes are kept, every string that is new counts as `OTHERS`. */
const MOST_BYTES = 64 * 1024 * 1024;
const OTHERS = Buffer.from("(other names)");

/** Gives equal byte strings one number, and makes a string only of those it has not seen. Its memory is bounded. */
export class StringTable {
  readonly strings: string[] = [];
  readonly #keys: Uint8Array[] = [];
  /** 1 + index, 0 if empty; linear probing, at most half full. */
  #slots = new Int32Array(256);
  #bytes = 0;
  /** Of strings that came as text. */
  readonly #numbers = new Map<string, number>();

  /** Number 0 is the empty string. */
  constructor() {
    this.intern(Buffer.alloc(0), 0, 0);
  }

  internText(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const bytes = Buffer.from(text);
    const number = this.intern(bytes, 0, bytes.length);
    if (this.strings[number] === text) this.#numbers.set(text, number);
    return number;
  }

  intern(bytes: Uint8Array, start: number, wholeEnd: number): number {
    const end = Math.min(wholeEnd, start + LONGEST);
    const mask = this.#slots.length - 1;
    let slot = hashOf(bytes, start, end) & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const index = this.#slots[slot]! - 1;
      if (equalBytes(this.#keys[index]!, bytes, start, end)) return index;
    }
    if (this.#bytes > MOST_BYTES && bytes !== OTHERS) return this.intern(OTHERS, 0, OTHERS.length);
    this.#bytes += end - start + OVERHEAD_BYTES;
    // A copy: the bytes belong to a body, and the next one is written over it.
    this.#keys.push(new Uint8Array(bytes.subarray(start, end)));
    this.strings.push(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString());
    this.#slots[slot] = this.strings.length;
    if (this.strings.length * 2 > this.#slots.length) this.#grow();
    return this.strings.length - 1;
  }

  /** Forgets all strings from number `count` on; what was interned last goes first, so that no probe is cut short. */
  truncate(count: number): void {
    const mask = this.#slots.length - 1;
    while (this.strings.length > count) {
      const key = this.#keys.pop()!;
      this.#bytes -= key.length + OVERHEAD_BYTES;
      let slot = hashOf(key, 0, key.length) & mask;
      while (this.#slots[slot] !== this.strings.length) slot = (slot + 1) & mask;
      this.#slots[slot] = 0;
      this.#numbers.delete(this.strings.pop()!);
    }
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    this.#keys.forEach((key, index) => {
      let slot = hashOf(key, 0, key.length) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    });
    this.#slots = slots;
  }
}

/** In the manner of FNV-1a, four bytes at a time; a last mix, since only its low bits are used. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  for (; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

export function equalBytes(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[start + i]) return false;
  return true;
}
