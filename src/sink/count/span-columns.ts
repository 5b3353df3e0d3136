import { quietWords } from "../../base/quiet-words.ts";
import type { SpanIds, SpanTable } from "../protocol.ts";
import { StringTable } from "./string-table.ts";
import * as row from "./span-rows.ts";

const { HIGH, LOW, ROW_WORDS, START, END } = row;
/** 2.5 MiB each. */
const BLOCK_ROWS = 1 << 15;

/** The rows that are kept: in blocks, so that none is copied when more come. Columns are made of them in the end. */
export class SpanColumns {
  readonly strings = new StringTable();
  readonly #blocks: Int32Array<SharedArrayBuffer>[] = [];
  #length = 0;

  /** Copies whole rows. */
  append(rows: Int32Array): void {
    for (let from = 0; from < rows.length;) {
      const at = (this.#length % BLOCK_ROWS) * ROW_WORDS;
      if (at === 0) this.#blocks.push(quietWords(BLOCK_ROWS * ROW_WORDS));
      const part = rows.subarray(from, from + BLOCK_ROWS * ROW_WORDS - at);
      this.#blocks.at(-1)!.set(part, at);
      this.#length += part.length / ROW_WORDS;
      from += part.length;
    }
  }

  ids(): SpanIds {
    return {
      traceIdHigh: this.#ids(row.TRACE_HIGH),
      traceIdLow: this.#ids(row.TRACE_LOW),
      spanId: this.#ids(row.SPAN_ID),
      requestId: this.#column(Float64Array, (_, floats, at) => floats[at / 2 + row.REQUEST_ID]!),
    };
  }

  table(): SpanTable {
    return {
      ...this.ids(),
      strings: this.strings.strings.slice(),
      parentId: this.#ids(row.PARENT_ID),
      service: this.#column(Uint32Array, (words, _, at) => words[at + row.SERVICE]!),
      name: this.#column(Uint32Array, (words, _, at) => words[at + row.NAME]!),
      kind: this.#column(Uint8Array, (words, _, at) => words[at + row.KIND]!),
      status: this.#column(Uint8Array, (words, _, at) => words[at + row.STATUS]!),
      startUs: this.#column(Float64Array, (words, _, at) => startUs(words, at)),
      durationUs: this.#column(Float64Array, (words, _, at) => durationUs(words, at)),
      adjustedCount: this.#column(Float64Array, (_, floats, at) => floats[at / 2 + row.ADJUSTED_COUNT]!),
    };
  }

  /** A pair of words is in memory as the 64 bits are. */
  #ids(field: number): BigUint64Array {
    const pairs = new Int32Array(this.#length * 2);
    for (let i = 0; i < this.#length; i++) {
      const words = this.#blocks[Math.floor(i / BLOCK_ROWS)]!;
      const at = (i % BLOCK_ROWS) * ROW_WORDS + field;
      pairs[i * 2] = words[at]!;
      pairs[i * 2 + 1] = words[at + 1]!;
    }
    return new BigUint64Array(pairs.buffer);
  }

  #column<T extends Int32Array | Uint8Array | Uint32Array | Float64Array>(
    type: new (length: number) => T,
    valueOf: (words: Int32Array, floats: Float64Array, at: number) => number,
  ): T {
    const column = new type(this.#length);
    this.#blocks.forEach((words, block) => {
      const floats = new Float64Array(words.buffer);
      const first = block * BLOCK_ROWS;
      const rows = Math.min(BLOCK_ROWS, this.#length - first);
      for (let i = 0; i < rows; i++) column[first + i] = valueOf(words, floats, i * ROW_WORDS);
    });
    return column;
  }
}

/** ns in two words to µs: whole thousands of the upper word apart, so that nothing is lost before the division. */
function startUs(words: Int32Array, at: number): number {
  const high = words[at + START + HIGH]! >>> 0;
  const thousands = Math.floor(high / 1000);
  return thousands * 2 ** 32 + ((high - thousands * 1000) * 2 ** 32 + (words[at + START + LOW]! >>> 0)) / 1000;
}

function durationUs(words: Int32Array, at: number): number {
  const high = (words[at + END + HIGH]! >>> 0) - (words[at + START + HIGH]! >>> 0);
  const low = (words[at + END + LOW]! >>> 0) - (words[at + START + LOW]! >>> 0);
  return (high * 2 ** 32 + low) / 1000;
}
