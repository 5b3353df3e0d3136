import type { SpanTable } from "../protocol.ts";
import { WORD, WORDS, type SpanBatch } from "../decode/span-batch.ts";

const FIRST_ROWS = 1024;
/** Where the lower half of a 64-bit number lies in this machine's memory. */
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** The span table while it grows: one typed array for each column, doubled when full. */
export class SpanColumns {
  #length = 0;
  #rows = 0;
  /** 64-bit columns, as pairs of words in the machine's order. */
  #traceHigh = new Uint32Array(0);
  #traceLow = new Uint32Array(0);
  #span = new Uint32Array(0);
  #parent = new Uint32Array(0);
  #service = new Uint32Array(0);
  #name = new Uint32Array(0);
  #kind = new Uint8Array(0);
  #status = new Uint8Array(0);
  #startUs = new Float64Array(0);
  #durationUs = new Float64Array(0);
  #requestId = new Float64Array(0);
  #adjustedCount = new Float64Array(0);

  push(batch: SpanBatch, from: number): void {
    if (this.#length === this.#rows) this.#grow(Math.max(FIRST_ROWS, this.#rows * 2));
    const to = this.#length++;
    const { words } = batch;
    const at = from * WORDS;
    copy64(this.#traceHigh, to, words, at + WORD.traceHigh);
    copy64(this.#traceLow, to, words, at + WORD.traceLow);
    copy64(this.#span, to, words, at + WORD.span);
    copy64(this.#parent, to, words, at + WORD.parent);
    this.#service[to] = batch.service[from]!;
    this.#name[to] = batch.name[from]!;
    this.#kind[to] = batch.kind[from]!;
    this.#status[to] = batch.status[from]!;
    this.#startUs[to] = microseconds(words[at + WORD.start + 1]!, words[at + WORD.start]!);
    const high = words[at + WORD.end + 1]! - words[at + WORD.start + 1]!;
    this.#durationUs[to] = (high * 2 ** 32 + (words[at + WORD.end]! - words[at + WORD.start]!)) / 1000;
    this.#requestId[to] = batch.requestId[from]!;
    this.#adjustedCount[to] = batch.adjustedCount[from]!;
  }

  table(strings: readonly string[]): SpanTable {
    const length = this.#length;
    return {
      strings,
      traceIdHigh: new BigUint64Array(this.#traceHigh.buffer, 0, length),
      traceIdLow: new BigUint64Array(this.#traceLow.buffer, 0, length),
      spanId: new BigUint64Array(this.#span.buffer, 0, length),
      parentId: new BigUint64Array(this.#parent.buffer, 0, length),
      service: this.#service.subarray(0, length),
      name: this.#name.subarray(0, length),
      kind: this.#kind.subarray(0, length),
      status: this.#status.subarray(0, length),
      startUs: this.#startUs.subarray(0, length),
      durationUs: this.#durationUs.subarray(0, length),
      requestId: this.#requestId.subarray(0, length),
      adjustedCount: this.#adjustedCount.subarray(0, length),
    };
  }

  #grow(rows: number): void {
    this.#rows = rows;
    this.#traceHigh = grown(this.#traceHigh, new Uint32Array(rows * 2));
    this.#traceLow = grown(this.#traceLow, new Uint32Array(rows * 2));
    this.#span = grown(this.#span, new Uint32Array(rows * 2));
    this.#parent = grown(this.#parent, new Uint32Array(rows * 2));
    this.#service = grown(this.#service, new Uint32Array(rows));
    this.#name = grown(this.#name, new Uint32Array(rows));
    this.#kind = grown(this.#kind, new Uint8Array(rows));
    this.#status = grown(this.#status, new Uint8Array(rows));
    this.#startUs = grown(this.#startUs, new Float64Array(rows));
    this.#durationUs = grown(this.#durationUs, new Float64Array(rows));
    this.#requestId = grown(this.#requestId, new Float64Array(rows));
    this.#adjustedCount = grown(this.#adjustedCount, new Float64Array(rows));
  }
}

function copy64(column: Uint32Array, row: number, words: Uint32Array, at: number): void {
  column[row * 2 + LOW] = words[at]!;
  column[row * 2 + HIGH] = words[at + 1]!;
}

/** ns in two words to µs: whole thousands of the upper word apart, so that nothing is lost before the division. */
function microseconds(high: number, low: number): number {
  const thousands = Math.floor(high / 1000);
  const rest = (high - thousands * 1000) * 2 ** 32 + low;
  return thousands * 2 ** 32 + rest / 1000;
}

function grown<T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
