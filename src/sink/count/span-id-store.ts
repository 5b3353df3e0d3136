import { quietWords } from "../../base/quiet-words.ts";
import type { SpanIds } from "../protocol.ts";
import { REQUEST_ID, ROW_WORDS, type SpanRows } from "./span-rows.ts";

/** Four pairs of words: the span's id and the two halves of its trace's, which begin its row, and its request's. */
const ID_WORDS = 8;
const REQUEST_WORD = 6;
/** 1 MiB each. */
const BLOCK_ROWS = 1 << 15;

/** Ids of single rows, in 32 bytes each; in blocks, so that none is copied when more come. */
export class SpanIdStore {
  readonly #blocks: Int32Array<SharedArrayBuffer>[] = [];
  #length = 0;

  add({ words }: SpanRows, row: number): void {
    const at = (this.#length++ % BLOCK_ROWS) * ID_WORDS;
    if (at === 0) this.#blocks.push(quietWords(BLOCK_ROWS * ID_WORDS));
    const block = this.#blocks.at(-1)!;
    const from = row * ROW_WORDS;
    for (let word = 0; word < REQUEST_WORD; word++) block[at + word] = words[from + word]!;
    for (let word = 0; word < 2; word++) block[at + REQUEST_WORD + word] = words[from + 2 * REQUEST_ID + word]!;
  }

  ids(): SpanIds {
    const [spanId, traceIdHigh, traceIdLow, requestId] = [0, 1, 2, 3].map((pair) => this.#column(pair));
    return {
      traceIdHigh: traceIdHigh!,
      traceIdLow: traceIdLow!,
      spanId: spanId!,
      requestId: new Float64Array(requestId!.buffer),
    };
  }

  /** A pair of words is in memory as the 64 bits are. */
  #column(pair: number): BigUint64Array<ArrayBuffer> {
    const blocks = this.#blocks.map(({ buffer }) => new BigUint64Array(buffer));
    return BigUint64Array.from({ length: this.#length }, (_, row) => {
      return blocks[Math.floor(row / BLOCK_ROWS)]![(row % BLOCK_ROWS) * (ID_WORDS / 2) + pair]!;
    });
  }
}
