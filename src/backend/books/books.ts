import { Interner } from "../decode/interner.ts";
import { SpanBatch, WORD, WORDS } from "../decode/span-batch.ts";
import type { SinkCounts, SpanTable } from "../protocol.ts";
import { SpanColumns } from "./span-columns.ts";
import { SpanIdSet } from "./span-id-set.ts";

/** Everything one inlet counts, and the span table where it is kept. */
export class Books {
  /** Decoding goes through this one; `commit` books what it holds. */
  readonly batch: SpanBatch;
  wireBytes = 0;
  bodyBytes = 0;
  #received = 0;
  #duplicates = 0;
  #rejected = 0;
  #batches = 0;
  readonly #malformed = new Map<string, number>();
  readonly #conditioned = new Map<string, number>();
  readonly #ids = new SpanIdSet();
  readonly #strings: Interner | undefined;
  readonly #columns: SpanColumns | undefined;

  constructor(keepSpans: boolean) {
    this.#strings = keepSpans ? new Interner() : undefined;
    this.#columns = keepSpans ? new SpanColumns() : undefined;
    this.batch = new SpanBatch(this.#strings);
  }

  /** Books the batch: all spans but those with a 1 in `rejected`. */
  commit(rejected?: Uint8Array): void {
    const { batch } = this;
    const { words, length } = batch;
    this.#batches++;
    for (let row = 0; row < length; row++) {
      const at = row * WORDS + WORD.span;
      if (rejected?.[row] === 1) this.#rejected++;
      else if (this.#ids.add(words[at + 1]!, words[at]!)) {
        this.#received++;
        this.#columns?.push(batch, row);
      } else this.#duplicates++;
    }
  }

  countMalformed(status: number): void {
    bump(this.#malformed, String(status), 1);
  }

  countConditioned(what: string, times = 1): void {
    if (times > 0) bump(this.#conditioned, what, times);
  }

  /** How many of the ids (8 bytes each, as on the wire) were received. */
  arrived(ids: Buffer): number {
    let count = 0;
    for (let at = 0; at + 8 <= ids.length; at += 8) {
      if (this.#ids.has(ids.readUInt32BE(at), ids.readUInt32BE(at + 4))) count++;
    }
    return count;
  }

  counts(): SinkCounts {
    return {
      received: this.#received,
      duplicates: this.#duplicates,
      rejected: this.#rejected,
      batches: this.#batches,
      wireBytes: this.wireBytes,
      bodyBytes: this.bodyBytes,
      malformed: Object.fromEntries(this.#malformed),
      conditioned: Object.fromEntries(this.#conditioned),
      idWindowExceeded: this.#ids.isExceeded,
    };
  }

  spans(): SpanTable | undefined {
    return this.#columns?.table(this.#strings!.strings);
  }
}

function bump(counts: Map<string, number>, key: string, times: number): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}
