import type { SinkCounts, SpanIds, SpanTable } from "../protocol.ts";
import { SpanIdSet } from "./span-id-set.ts";
import { HIGH, LOW, ROW_WORDS, SPAN_ID, SpanRows } from "./span-rows.ts";
import { SpanColumns } from "./span-columns.ts";

/** What one receiver has received: counts and the span table. */
export class ReceivedSpans {
  wireBytes = 0;
  bodyBytes = 0;
  #wireBytesAtOpen = 0;
  #received = 0;
  #duplicates = 0;
  #rejected = 0;
  #batches = 0;
  #largestBatch = 0;
  readonly #encodings = new Map<string, number>();
  #strangers = 0;
  readonly #malformed = new Map<string, number>();
  readonly #conditioned = new Map<string, number>();
  readonly #ids = new SpanIdSet();
  readonly #kept = new SpanColumns();
  readonly #rejectedRows = new SpanColumns();
  /** Decoders append here; `commit` counts what they appended. */
  readonly rows = new SpanRows(this.#kept.strings);

  /** Counts one request's rows: all but those with a 1 in `rejected`. */
  commit(rejected?: Uint8Array): void {
    const { rows } = this;
    const { words } = rows;
    let kept = 0;
    this.#batches++;
    this.#largestBatch = Math.max(this.#largestBatch, rows.length);
    this.#ids.warm(rows);
    for (let row = 0; row < rows.length; row++) {
      const at = row * ROW_WORDS + SPAN_ID;
      if (rejected?.[row] === 1) this.#reject(row);
      else if (this.#ids.add(words[at]!, words[at + 1]!)) rows.move(row, kept++);
      else this.#duplicates++;
    }
    this.#received += kept;
    this.#kept.append(words.subarray(0, kept * ROW_WORDS));
    rows.clear();
  }

  #reject(row: number): void {
    this.#rejected++;
    this.#rejectedRows.append(this.rows.words.subarray(row * ROW_WORDS, (row + 1) * ROW_WORDS));
  }

  /** Counts the bytes of the window from here. */
  openWindow(): void {
    this.#wireBytesAtOpen = this.wireBytes;
  }

  countEncoding(encoding: string): void {
    bump(this.#encodings, encoding, 1);
  }

  countMalformed(status: number): void {
    bump(this.#malformed, String(status), 1);
  }

  countStranger(): void {
    this.#strangers++;
  }

  countConditioned(what: string, times = 1): void {
    if (times > 0) bump(this.#conditioned, what, times);
  }

  /** How many of the ids (8 bytes each, as on the wire) were received. */
  countArrived(ids: Buffer): number {
    const pair = [0, 0];
    let count = 0;
    for (let at = 0; at + 8 <= ids.length; at += 8) {
      pair[HIGH] = ids.readInt32BE(at);
      pair[LOW] = ids.readInt32BE(at + 4);
      if (this.#ids.has(pair[0]!, pair[1]!)) count++;
    }
    return count;
  }

  counts(): SinkCounts {
    return {
      received: this.#received,
      duplicates: this.#duplicates,
      rejected: this.#rejected,
      batches: this.#batches,
      encodings: Object.fromEntries(this.#encodings),
      largestBatch: this.#largestBatch,
      wireBytes: this.wireBytes,
      wireBytesInWindow: this.wireBytes - this.#wireBytesAtOpen,
      bodyBytes: this.bodyBytes,
      malformed: Object.fromEntries(this.#malformed),
      strangers: this.#strangers,
      conditioned: Object.fromEntries(this.#conditioned),
    };
  }

  spans(): SpanTable {
    return this.#kept.table();
  }

  /** Which spans were rejected. */
  rejected(): SpanIds {
    return this.#rejectedRows.ids();
  }
}

function bump(counts: Map<string, number>, key: string, times: number): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}
