/**
 * Cuts one JSON document of any size into the values worth parsing, as its bytes come: the elements of a top-level
 * array; under a top-level object's key `resourceSpans` or `data` the elements of the array, or the object itself.
 * It follows brackets and strings only; whether a value is sound is for JSON.parse.
 */

export interface CutValue {
  readonly text: string;
  /** The top-level key it was found under; undefined for an element of a top-level array. */
  readonly key: string | undefined;
  readonly line: number;
  readonly byte: number;
}

/** The document cannot be followed from here on. */
export class BrokenDocument extends Error {
  readonly line: number;
  readonly byte: number;

  constructor(message: string, line: number, byte: number) {
    super(message);
    this.line = line;
    this.byte = byte;
  }
}

const LISTS = ["resourceSpans", "data"];
const LARGEST_VALUE_BYTES = 256 * 1024 * 1024;
const [QUOTE, BACKSLASH, NEWLINE, COLON] = [0x22, 0x5c, 0x0a, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

export class DocumentCutter {
  /** Brackets that are open. */
  private readonly open: number[] = [];
  private line = 1;
  /** Bytes before the current chunk. */
  private offset = 0;
  private inString = false;
  /** The last chunk ended in the middle of an escape. */
  private isEscaped = false;
  /** The last string directly in the top-level object; a key once its colon has come. */
  private word = "";
  private key: string | undefined;
  private value: { depth: number; line: number; byte: number; parts: Buffer[]; bytes: number } | undefined;
  private startedAt = { line: 1, byte: 0 };

  /** The values that end in this chunk. Throws a `BrokenDocument`. */
  *push(chunk: Buffer): Generator<CutValue> {
    // Where the open value's bytes begin in this chunk.
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (this.inString) {
        at = this.passString(chunk, at);
        continue;
      }
      const byte = chunk[at]!;
      if (byte === QUOTE) this.beginString();
      else if (byte === NEWLINE) this.line++;
      else if (byte === COLON && this.open.length === 1) this.key = this.word;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        if (this.beginsValue(byte)) {
          this.value = { depth: this.open.length, line: this.line, byte: this.offset + at, parts: [], bytes: 0 };
          from = at;
        }
        if (this.open.length === 0) this.startedAt = { line: this.line, byte: this.offset + at };
        this.open.push(byte);
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        this.close(byte, at);
        if (this.value?.depth === this.open.length) yield this.takeValue(chunk.subarray(from, at + 1));
      } else if (this.open.length === 0 && byte > 0x20) this.fail("expected { or [", at);
    }
    if (this.value !== undefined) this.keep(chunk.subarray(from));
    this.offset += chunk.length;
  }

  /** Throws a `BrokenDocument` where the document is not complete. */
  end(): void {
    if (this.open.length === 0) return;
    const { line, byte } = this.value ?? this.startedAt;
    throw new BrokenDocument("the value that begins here has no end: the file is cut off", line, byte);
  }

  private beginsValue(byte: number): boolean {
    if (this.value !== undefined) return false;
    const [top] = this.open;
    if (this.open.length === 1 && top === OPEN_LIST) return true;
    if (top !== OPEN_OBJECT || !LISTS.includes(this.key ?? "")) return false;
    return this.open.length === 1 ? byte === OPEN_OBJECT : this.open.length === 2 && this.open[1] === OPEN_LIST;
  }

  private close(byte: number, at: number): void {
    const opening = this.open.pop();
    if (opening !== (byte === CLOSE_OBJECT ? OPEN_OBJECT : OPEN_LIST)) {
      this.fail(`a ${String.fromCharCode(byte)} without its opening bracket`, at);
    }
  }

  private beginString(): void {
    this.inString = true;
    this.word = "";
  }

  /** Returns the place of the string's last byte in this chunk. */
  private passString(chunk: Buffer, from: number): number {
    let at = from;
    if (this.isEscaped) {
      this.isEscaped = false;
      at++;
    }
    let end = chunk.indexOf(QUOTE, at);
    while (end !== -1 && backslashesBefore(chunk, end, at) % 2 === 1) end = chunk.indexOf(QUOTE, end + 1);
    if (this.open.length === 1) this.word += chunk.toString("latin1", from, end === -1 ? chunk.length : end);
    if (end !== -1) {
      this.inString = false;
      return end;
    }
    this.isEscaped = backslashesBefore(chunk, chunk.length, at) % 2 === 1;
    return chunk.length;
  }

  private keep(part: Buffer): void {
    const value = this.value!;
    value.parts.push(part);
    value.bytes += part.length;
    if (value.bytes > LARGEST_VALUE_BYTES) {
      throw new BrokenDocument("the value that begins here is larger than 256 MB", value.line, value.byte);
    }
  }

  private takeValue(last: Buffer): CutValue {
    const { parts, line, byte } = this.value!;
    this.value = undefined;
    const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    return { text: bytes.toString("utf8"), key: this.open[0] === OPEN_OBJECT ? this.key : undefined, line, byte };
  }

  private fail(message: string, at: number): never {
    throw new BrokenDocument(message, this.line, this.offset + at);
  }
}

/** How many backslashes stand directly before `at`, not looking before `from`. */
function backslashesBefore(chunk: Buffer, at: number, from: number): number {
  let first = at;
  while (first > from && chunk[first - 1] === BACKSLASH) first--;
  return at - first;
}
