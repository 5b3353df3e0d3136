import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { quietWords } from "../base/quiet-words.ts";
import { REQUEST_ID_ATTRIBUTE } from "./request-id.ts";

/** Four words of the trace id, two of the span id, and the request id as a float: 32 bytes. */
const SPAN_WORDS = 8;
const SPAN_ID = 4;
/** In floats from the span's first. */
const REQUEST_ID = 3;
/** 128 KiB each. */
const BLOCK_SPANS = 4096;
/** 32 MiB. */
const MOST_SPANS = 1 << 20;

/** Ids of spans, as in the sink's table of those that arrived. `requestId` is NaN where the span carries none. */
export interface SpanIds {
  readonly traceIdHigh: BigUint64Array;
  readonly traceIdLow: BigUint64Array;
  readonly spanId: BigUint64Array;
  readonly requestId: Float64Array;
}

/**
 * The sampled spans that a process lost, each by its ids, so that the trace that lacks it can be told from a whole one.
 * Takes no memory while nothing is lost, none of V8's heap then, and holds no more than a million: those beyond are
 * counted in the ledger and have no name.
 */
export class LostSpans {
  readonly #mostSpans: number;
  readonly #blocks: Int32Array<SharedArrayBuffer>[] = [];
  #words = quietWords(0);
  #floats = new Float64Array(this.#words.buffer);
  #length = 0;

  constructor(mostSpans = MOST_SPANS) {
    this.#mostSpans = mostSpans;
  }

  add(span: ReadableSpan): void {
    if (this.#length === this.#mostSpans) return;
    const at = (this.#length++ % BLOCK_SPANS) * SPAN_WORDS;
    if (at === 0) this.#grow();
    const { traceId, spanId } = span.spanContext();
    for (let word = 0; word < SPAN_ID; word++) this.#words[at + word] = hexWord(traceId, word);
    for (let word = 0; word < 2; word++) this.#words[at + SPAN_ID + word] = hexWord(spanId, word);
    const requestId = span.attributes[REQUEST_ID_ATTRIBUTE];
    this.#floats[at / 2 + REQUEST_ID] = typeof requestId === "number" ? requestId : NaN;
  }

  /** Base64; `readLostSpans` reads it. `further` are told beside those that were added. */
  told(further: Iterable<ReadableSpan> = []): string {
    const rest = new LostSpans(this.#mostSpans - this.#length);
    for (const span of further) rest.add(span);
    return Buffer.concat([...this.#bytes(), ...rest.#bytes()]).toString("base64");
  }

  #grow(): void {
    this.#words = quietWords(BLOCK_SPANS * SPAN_WORDS);
    this.#floats = new Float64Array(this.#words.buffer);
    this.#blocks.push(this.#words);
  }

  #bytes(): Uint8Array[] {
    return this.#blocks.map((words, block) => {
      const spans = Math.min(BLOCK_SPANS, this.#length - block * BLOCK_SPANS);
      return new Uint8Array(words.buffer, 0, spans * SPAN_WORDS * Int32Array.BYTES_PER_ELEMENT);
    });
  }
}

/** What `LostSpans` told on this machine; a row that is not all there is left out. */
export function readLostSpans(told: string): SpanIds {
  const { buffer, byteLength } = Uint8Array.from(Buffer.from(told, "base64"));
  const length = Math.floor(byteLength / Int32Array.BYTES_PER_ELEMENT / SPAN_WORDS);
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
