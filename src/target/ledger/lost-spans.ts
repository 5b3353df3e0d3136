import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { quietWords } from "../../base/quiet-words.ts";
import { REQUEST_ID_ATTRIBUTE } from "../request-id.ts";

/** Four words of the trace id, two of the span id, and the request id as a float: 32 bytes. */
const SPAN_WORDS = 8;
const SPAN_BYTES = SPAN_WORDS * Int32Array.BYTES_PER_ELEMENT;
const SPAN_ID = 4;
/** In floats from the span's first. */
const REQUEST_ID = 3;
/** 128 KiB each. */
const BLOCK_SPANS = 4096;
/** 32 MiB. */
const MOST_SPANS = 1 << 20;

/** Ids of spans, as in the sink's table of spans that arrived. `requestId` is NaN if the span has none. */
export interface SpanIds {
  readonly traceIdHigh: BigUint64Array;
  readonly traceIdLow: BigUint64Array;
  readonly spanId: BigUint64Array;
  readonly requestId: Float64Array;
}

/**
 * The ids of the sampled spans that a process lost, so that incomplete traces are recognised. Takes no memory until a span
 * is lost, and none of V8's heap. Holds the latest million: those of the warm-up, which no figure uses, go first.
 */
export class LostSpans {
  readonly #mostSpans: number;
  readonly #blocks: Int32Array<SharedArrayBuffer>[] = [];
  #words = quietWords(0);
  #floats = new Float64Array(this.#words.buffer);
  /** Of all that were added. */
  #count = 0;

  constructor(mostSpans = MOST_SPANS) {
    this.#mostSpans = mostSpans;
  }

  add(span: ReadableSpan): void {
    const row = this.#count++ % this.#mostSpans;
    const at = (row % BLOCK_SPANS) * SPAN_WORDS;
    if (at === 0) this.#turnTo(row / BLOCK_SPANS);
    const { traceId, spanId } = span.spanContext();
    for (let word = 0; word < SPAN_ID; word++) this.#words[at + word] = hexWord(traceId, word);
    for (let word = 0; word < 2; word++) this.#words[at + SPAN_ID + word] = hexWord(spanId, word);
    const requestId = span.attributes[REQUEST_ID_ATTRIBUTE];
    this.#floats[at / 2 + REQUEST_ID] = typeof requestId === "number" ? requestId : NaN;
  }

  clear(): void {
    this.#count = 0;
  }

  /** For `readLostSpans`. `further` spans are included without being added. */
  toBase64(further: Iterable<ReadableSpan> = []): string {
    const rest = new LostSpans(this.#mostSpans);
    for (const span of further) rest.add(span);
    const bytes = Buffer.concat([this.#bytes(), rest.#bytes()]);
    return bytes.subarray(-this.#mostSpans * SPAN_BYTES).toString("base64");
  }

  #turnTo(block: number): void {
    this.#words = this.#blocks[block] ??= quietWords(BLOCK_SPANS * SPAN_WORDS);
    this.#floats = new Float64Array(this.#words.buffer);
  }

  /** The oldest first. */
  #bytes(): Buffer {
    const rows = Math.min(this.#count, this.#mostSpans);
    const blocks = this.#blocks.map(({ buffer }) => new Uint8Array(buffer));
    const bytes = Buffer.concat(blocks, rows * SPAN_BYTES);
    const oldest = (this.#count % this.#mostSpans) * SPAN_BYTES;
    return Buffer.concat([bytes.subarray(oldest), bytes.subarray(0, oldest)]);
  }
}

/** Reads the text of `LostSpans.toBase64`, written on a machine of the same byte order. */
export function readLostSpans(text: string): SpanIds {
  const bytes = Buffer.from(text, "base64");
  const { buffer, byteLength } = Uint8Array.from(bytes);
  const length = Math.floor(byteLength / SPAN_BYTES);
  const words = new Uint32Array(buffer, 0, length * SPAN_WORDS);
  const floats = new Float64Array(buffer, 0, (length * SPAN_WORDS) / 2);
  const ids = (from: number): BigUint64Array =>
    BigUint64Array.from({ length }, (_, row) => wide(words, row * SPAN_WORDS + from));
  return {
    traceIdHigh: ids(0),
    traceIdLow: ids(2),
    spanId: ids(SPAN_ID),
    requestId: Float64Array.from({ length }, (_, row) => floats[(row * SPAN_WORDS) / 2 + REQUEST_ID]!),
  };
}

function wide(words: Uint32Array, at: number): bigint {
  return (BigInt(words[at]!) << 32n) | BigInt(words[at + 1]!);
}

/** Eight hexadecimal digits, as 32 bits. Twice as fast as Node's own reading of hexadecimal text. */
function hexWord(text: string, word: number): number {
  let value = 0;
  for (let at = 8 * word; at < 8 * word + 8; at++) {
    const code = text.charCodeAt(at);
    value = (value << 4) | ((code & 15) + (code >> 6) * 9);
  }
  return value;
}
