import { Malformed } from "./malformed.ts";

const [QUOTE, BACKSLASH, COMMA, COLON, MINUS, PLUS, DOT] = [0x22, 0x5c, 0x2c, 0x3a, 0x2d, 0x2b, 0x2e];
const [OBJECT, OBJECT_END, ARRAY, ARRAY_END] = [0x7b, 0x7d, 0x5b, 0x5d];
const WORDS = ["true", "false", "null"].map((word) => Buffer.from(word));
const NULL = WORDS[2]!;
/** Deeper than any telemetry, and far from the end of the stack. */
const MAX_DEPTH = 100;

/**
 * Pulls JSON out of the bytes as they lie, making no objects: memory stays flat whatever the body holds.
 * After `string` or `number`, the value's bytes are `text[start, end)`.
 * Source of the grammar: RFC 8259.
 */
export class JsonReader {
  pos = 0;
  text: Uint8Array;
  start = 0;
  end = 0;
  readonly #bytes: Uint8Array;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.text = bytes;
  }

  /** The first byte of the next value: `{`, `[`, `"`, a digit, a letter. */
  peek(): number {
    const bytes = this.#bytes;
    for (;;) {
      const byte = bytes[this.pos];
      if (byte === undefined) throw new Malformed("JSON: it ends too early");
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
      this.pos++;
    }
  }

  /** Nothing but blanks may come after the value. */
  finish(): void {
    while (this.pos < this.#bytes.length) {
      const byte = this.#bytes[this.pos++]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) throw this.#wrong("an end");
    }
  }

  /** Calls `member` at each value of an object, with the key's bytes in `text`; it must go over the value. `null` has none. */
  object(member: () => void): void {
    if (this.skipNull()) return;
    this.#open(OBJECT, "an object");
    if (this.#closes(OBJECT_END)) return;
    do {
      this.string();
      this.#expect(COLON, "a colon");
      member();
    } while (this.#continues(OBJECT_END));
  }

  /** Calls `element` at each value of an array; it must go over the value. `null` has none. */
  array(element: () => void): void {
    if (this.skipNull()) return;
    this.#open(ARRAY, "an array");
    if (this.#closes(ARRAY_END)) return;
    do element();
    while (this.#continues(ARRAY_END));
  }

  string(): void {
    if (this.peek() !== QUOTE) throw this.#wrong("a string");
    const bytes = this.#bytes;
    const start = ++this.pos;
    let isEscaped = false;
    for (let byte = bytes[this.pos]; byte !== QUOTE; byte = bytes[++this.pos]) {
      if (byte === undefined) throw new Malformed("JSON: it ends in a string");
      if (byte < 0x20) throw this.#wrong("a character that is not a control");
      if (byte !== BACKSLASH) continue;
      isEscaped = true;
      this.pos++;
    }
    if (this.pos >= bytes.length) throw new Malformed("JSON: it ends in a string");
    const end = this.pos++;
    if (isEscaped) this.#unescape(start, end);
    else [this.text, this.start, this.end] = [bytes, start, end];
  }

  number(): void {
    this.peek();
    const bytes = this.#bytes;
    const start = this.pos;
    if (bytes[this.pos] === MINUS) this.pos++;
    if (bytes[this.pos] === 0x30) this.pos++;
    else this.#digits();
    if (bytes[this.pos] === DOT) {
      this.pos++;
      this.#digits();
    }
    if ((bytes[this.pos]! | 0x20) === 0x65) {
      this.pos++;
      if (bytes[this.pos] === PLUS || bytes[this.pos] === MINUS) this.pos++;
      this.#digits();
    }
    [this.text, this.start, this.end] = [bytes, start, this.pos];
  }

  skipNull(): boolean {
    if (this.peek() !== NULL[0]) return false;
    this.#word(NULL);
    return true;
  }

  /** Goes over any value, and holds it against the grammar. */
  skip(): void {
    const byte = this.peek();
    if (byte === QUOTE) this.string();
    else if (byte === OBJECT) this.object(this.#skipMember);
    else if (byte === ARRAY) this.array(this.#skipMember);
    else if (byte === MINUS || (byte >= 0x30 && byte <= 0x39)) this.number();
    else {
      const word = WORDS.find((candidate) => candidate[0] === byte);
      if (word === undefined) throw this.#wrong("a value");
      this.#word(word);
    }
  }

  readonly #skipMember = (): void => this.skip();

  #open(bracket: number, what: string): void {
    this.#expect(bracket, what);
    if (++this.#depth > MAX_DEPTH) throw new Malformed(`JSON: nested deeper than ${MAX_DEPTH}`);
  }

  #closes(bracket: number): boolean {
    if (this.peek() !== bracket) return false;
    this.pos++;
    this.#depth--;
    return true;
  }

  #continues(bracket: number): boolean {
    if (this.#closes(bracket)) return false;
    this.#expect(COMMA, "a comma or the end of what was opened");
    return true;
  }

  #expect(byte: number, what: string): void {
    if (this.peek() !== byte) throw this.#wrong(what);
    this.pos++;
  }

  #word(word: Uint8Array): void {
    for (const byte of word) {
      if (this.#bytes[this.pos] !== byte) throw this.#wrong("a value");
      this.pos++;
    }
  }

  #digits(): void {
    const from = this.pos;
    while (this.#bytes[this.pos]! >= 0x30 && this.#bytes[this.pos]! <= 0x39) this.pos++;
    if (this.pos === from) throw this.#wrong("a digit");
  }

  #unescape(start: number, end: number): void {
    const quoted = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start - 1, end - start + 2).toString(
      "utf8",
    );
    try {
      this.text = Buffer.from(JSON.parse(quoted) as string);
    } catch {
      throw new Malformed("JSON: an escape that is none");
    }
    [this.start, this.end] = [0, this.text.length];
  }

  #wrong(expected: string): Malformed {
    return new Malformed(`JSON: expected ${expected} at byte ${this.pos}`);
  }
}
