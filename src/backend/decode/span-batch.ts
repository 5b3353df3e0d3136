import { Interner } from "./interner.ts";
import { Malformed } from "./malformed.ts";

/** Words (32 bits) of a row of `words`: each 64-bit quantity low word first. */
export const WORD = { traceHigh: 0, traceLow: 2, span: 4, parent: 6, start: 8, end: 10 } as const;
export const WORDS = 12;
const SMALLEST_ROWS = 1024;
/** A batch above this is not what exporters send; its room is given back afterwards. */
const KEPT_ROWS = 65_536;

/**
 * The spans of one request while it is being decoded. Nothing of them is in the books until the
 * whole request was read; `abandon` leaves no trace of them.
 */
export class SpanBatch {
  length = 0;
  words = new Uint32Array(0);
  service = new Uint32Array(0);
  name = new Uint32Array(0);
  kind = new Uint8Array(0);
  status = new Uint8Array(0);
  requestId = new Float64Array(0);
  adjustedCount = new Float64Array(0);
  /** Of the span being read: what its attributes say of its weight. */
  readonly #weights = new Float64Array(2);
  #isProbabilistic = false;
  readonly #strings: Interner | undefined;
  #stringsBefore = 0;

  /** Without `strings`, names and services are not kept: all are number 0. */
  constructor(strings: Interner | undefined) {
    this.#strings = strings;
    this.#resize(SMALLEST_ROWS);
  }

  begin(): void {
    this.length = 0;
    this.#stringsBefore = this.#strings?.strings.length ?? 0;
    if (this.kind.length > KEPT_ROWS) this.#resize(SMALLEST_ROWS);
  }

  abandon(): void {
    this.length = 0;
    this.#strings?.truncate(this.#stringsBefore);
  }

  intern(bytes: Uint8Array, start: number, end: number): number {
    return this.#strings === undefined ? 0 : this.#strings.intern(bytes, start, end);
  }

  /** Starts a row; its fields are written in any order, then `endSpan`. */
  beginSpan(): number {
    const row = this.length;
    if (row === this.kind.length) this.#resize(row * 2);
    const words = this.words;
    for (let word = row * WORDS; word < (row + 1) * WORDS; word++) words[word] = 0;
    this.name[row] = 0xffffffff;
    this.kind[row] = 0;
    this.status[row] = 0;
    this.requestId[row] = NaN;
    this.adjustedCount[row] = NaN;
    this.#weights[0] = NaN;
    this.#weights[1] = NaN;
    this.#isProbabilistic = false;
    return row;
  }

  /** `sampler.adjusted_count`; the tracestate's word goes before it. */
  setAdjustedCount(count: number): void {
    if (count > 0 && Number.isFinite(count)) this.#weights[0] = count;
  }

  /** Jaeger's `sampler.type` and `sampler.param`, which come apart and in any order. */
  setProbabilistic(): void {
    this.#isProbabilistic = true;
  }

  setSamplerParam(param: number): void {
    if (param > 0 && param <= 1) this.#weights[1] = 1 / param;
  }

  endSpan(): void {
    const row = this.length;
    const at = row * WORDS;
    const words = this.words;
    if ((words[at + WORD.span]! | words[at + WORD.span + 1]!) === 0) throw new Malformed("a span without an id");
    const traceHigh = words[at + WORD.traceHigh]! | words[at + WORD.traceHigh + 1]!;
    const traceLow = words[at + WORD.traceLow]! | words[at + WORD.traceLow + 1]!;
    if ((traceHigh | traceLow) === 0) throw new Malformed("a span without a trace id");
    if (this.name[row] === 0xffffffff) this.name[row] = this.intern(NOTHING, 0, 0);
    if (Number.isNaN(this.adjustedCount[row])) {
      this.adjustedCount[row] =
        Number.isNaN(this.#weights[0]) && this.#isProbabilistic ? this.#weights[1]! : this.#weights[0]!;
    }
    this.length = row + 1;
  }

  /** The resource may come after its spans, so its name is filled in when both were read. */
  setService(from: number, service: number | undefined): void {
    if (this.length > from) this.service.fill(service ?? this.intern(NOTHING, 0, 0), from, this.length);
  }

  #resize(rows: number): void {
    this.words = grown(this.words, new Uint32Array(rows * WORDS));
    this.service = grown(this.service, new Uint32Array(rows));
    this.name = grown(this.name, new Uint32Array(rows));
    this.kind = grown(this.kind, new Uint8Array(rows));
    this.status = grown(this.status, new Uint8Array(rows));
    this.requestId = grown(this.requestId, new Float64Array(rows));
    this.adjustedCount = grown(this.adjustedCount, new Float64Array(rows));
  }
}

const NOTHING = new Uint8Array(0);

function grown<T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from.subarray(0, to.length));
  return to;
}
