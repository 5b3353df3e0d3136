import type { SinkCounts, SpanTable } from "../protocol.ts";
import { SpanIdSet } from "./span-id-set.ts";
import { SpanRows } from "./span-rows.ts";

/** Everything one inlet counts, and the span table where it is kept. */
export class Books {
  /** Decoders append here; `commit` books what they did. */
  readonly rows: SpanRows;
  wireBytes = 0;
  bodyBytes = 0;
  #received = 0;
  #duplicates = 0;
  #rejected = 0;
  #batches = 0;
  readonly #malformed = new Map<string, number>();
  readonly #conditioned = new Map<string, number>();
  readonly #ids = new SpanIdSet();

  constructor(keepSpans: boolean) {
    this.rows = new SpanRows(keepSpans);
  }

  /** Books one request's rows: all but those with a 1 in `rejected`. */
  commit(rejected?: Uint8Array): void {
    const { rows } = this;
    const first = rows.committed;
    const last = rows.length;
    let kept = first;
    this.#batches++;
    this.#ids.warm(rows.span, first, last);
    for (let row = first; row < last; row++) {
      if (rejected?.[row - first] === 1) this.#rejected++;
      else if (this.#ids.add(rows.span[row * 2]!, rows.span[row * 2 + 1]!)) rows.move(row, kept++);
      else this.#duplicates++;
    }
    this.#received += kept - first;
    rows.commit(kept);
  }

  countMalformed(status: number): void {
    bump(this.#malformed, String(status), 1);
  }

  countConditioned(what: string, times = 1): void {
    if (times > 0) bump(this.#conditioned, what, times);
  }

  /** How many of the ids (8 bytes each, as on the wire) were received. */
  arrived(ids: Buffer): number {
    const words = wordsOf(ids);
    let count = 0;
    for (let at = 0; at < words.length; at += 2) if (this.#ids.has(words[at]!, words[at + 1]!)) count++;
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
    return this.rows.table();
  }
}

/** Big-endian ids of 8 bytes as pairs of words in the order that rows have. */
function wordsOf(ids: Buffer): Int32Array {
  const words = new BigUint64Array(Math.floor(ids.length / 8));
  for (let i = 0; i < words.length; i++) words[i] = ids.readBigUInt64BE(i * 8);
  return new Int32Array(words.buffer);
}

function bump(counts: Map<string, number>, key: string, times: number): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}
