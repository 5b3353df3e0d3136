import type { SinkCounts, SpanIds, SpanTable } from "../protocol.ts";
import { SpanIdSet } from "./span-id-set.ts";
import { HIGH, LOW, ROW_WORDS, SPAN_ID, SpanRows } from "./span-rows.ts";
import { SpanColumns } from "./span-columns.ts";

type Counts = Record<string, number>;

/** What one receiver has received: counts and the span table. */
export class ReceivedSpans {
  /** Of requests, by those that receive them; of spans, by `commit`. */
  readonly counted = {
    received: 0,
    duplicates: 0,
    rejected: 0,
    batches: 0,
    encodings: {} as Counts,
    largestBatch: 0,
    wireBytes: 0,
    malformed: {} as Counts,
    strangers: 0,
    conditioned: {} as Counts,
  };
  #wireBytesAtOpen = 0;
  readonly #ids = new SpanIdSet();
  readonly #kept = new SpanColumns();
  readonly #rejectedRows = new SpanColumns();
  /** Decoders append here; `commit` counts what they appended. */
  readonly rows = new SpanRows(this.#kept.strings);

  /** Counts one request's rows: all but those with a 1 in `rejected`. */
  commit(rejected?: Uint8Array): void {
    const { rows, counted } = this;
    const { words } = rows;
    let kept = 0;
    counted.batches++;
    counted.largestBatch = Math.max(counted.largestBatch, rows.length);
    this.#ids.warm(rows);
    for (let row = 0; row < rows.length; row++) {
      const at = row * ROW_WORDS + SPAN_ID;
      if (rejected?.[row] === 1) this.#reject(row);
      else if (this.#ids.add(words[at]!, words[at + 1]!)) rows.move(row, kept++);
      else counted.duplicates++;
    }
    counted.received += kept;
    this.#kept.append(words.subarray(0, kept * ROW_WORDS));
    rows.clear();
  }

  #reject(row: number): void {
    this.counted.rejected++;
    this.#rejectedRows.append(this.rows.words.subarray(row * ROW_WORDS, (row + 1) * ROW_WORDS));
  }

  /** Counts the bytes of the window from here. */
  openWindow(): void {
    this.#wireBytesAtOpen = this.counted.wireBytes;
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
    const { counted } = this;
    return structuredClone({ ...counted, wireBytesInWindow: counted.wireBytes - this.#wireBytesAtOpen });
  }

  spans(): SpanTable {
    return this.#kept.table();
  }

  /** Which spans were rejected. */
  rejected(): SpanIds {
    return this.#rejectedRows.ids();
  }
}

export function bump(counts: Counts, key: string | number, times = 1): void {
  counts[key] = (counts[key] ?? 0) + times;
}
