import { Malformed } from "../decode/malformed.ts";
import type { SpanTable } from "../protocol.ts";
import { Interner } from "./interner.ts";

/** Where the halves of a 64-bit number lie in this machine's memory. */
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;
const FIRST_ROWS = 1024;
/** Room above this is given back after a batch whose spans are not kept. */
const KEPT_ROWS = 65_536;
const EMPTY = 0;

/**
 * Spans as rows of typed columns. A decoder appends rows; they count only when they are committed, and
 * leave no trace when they are abandoned. Ids are pairs of signed words, so that no span needs
 * a BigInt, a string or a boxed number.
 */
export class SpanRows {
  /** Rows with those that are not yet committed. */
  length = 0;
  traceHigh = new Int32Array(0);
  traceLow = new Int32Array(0);
  span = new Int32Array(0);
  parent = new Int32Array(0);
  service = new Uint32Array(0);
  name = new Uint32Array(0);
  kind = new Uint8Array(0);
  status = new Uint8Array(0);
  startUs = new Float64Array(0);
  durationUs = new Float64Array(0);
  requestId = new Float64Array(0);
  adjustedCount = new Float64Array(0);
  /** Of the row being written, ns: start low, start high, end low, end high. */
  readonly times = new Uint32Array(4);
  /** Of the row being written: `sampler.adjusted_count`, 1 / `sampler.param`, and 1 where `sampler.type` is probabilistic. */
  readonly #weights = new Float64Array(3);
  readonly #strings: Interner | undefined;
  #stringsCommitted = 1;
  #committed = 0;
  #capacity = 0;

  /** With `keep`, committed rows and their strings stay, for `table`. */
  constructor(keep: boolean) {
    this.#strings = keep ? new Interner() : undefined;
    this.#resize(FIRST_ROWS);
  }

  /** The first row that is not yet committed. */
  get committed(): number {
    return this.#committed;
  }

  /** The number of a string; where rows are not kept, neither are strings, and it is 0. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    return this.#strings === undefined ? EMPTY : this.#strings.intern(bytes, start, end);
  }

  /** Starts a row with everything absent; its fields are written in any order, then `endSpan`. */
  beginSpan(): number {
    const row = this.length;
    if (row === this.#capacity) this.#resize(row * 2);
    this.#setPair(this.traceHigh, row, 0, 0);
    this.#setPair(this.traceLow, row, 0, 0);
    this.#setPair(this.span, row, 0, 0);
    this.#setPair(this.parent, row, 0, 0);
    this.service[row] = EMPTY;
    this.name[row] = EMPTY;
    this.kind[row] = 0;
    this.status[row] = 0;
    this.requestId[row] = NaN;
    this.adjustedCount[row] = NaN;
    const { times } = this;
    times[0] = times[1] = times[2] = times[3] = 0;
    const weights = this.#weights;
    weights[0] = weights[1] = weights[2] = 0;
    return row;
  }

  setTraceHigh(row: number, high: number, low: number): void {
    this.#setPair(this.traceHigh, row, high, low);
  }

  setTraceLow(row: number, high: number, low: number): void {
    this.#setPair(this.traceLow, row, high, low);
  }

  setSpan(row: number, high: number, low: number): void {
    this.#setPair(this.span, row, high, low);
  }

  setParent(row: number, high: number, low: number): void {
    this.#setPair(this.parent, row, high, low);
  }

  /** `sampler.adjusted_count`; the tracestate's word goes before it. */
  setAdjustedCount(count: number): void {
    if (count > 0 && Number.isFinite(count)) this.#weights[0] = count;
  }

  /** Jaeger's `sampler.type` and `sampler.param`, which come apart and in any order. */
  setSamplerParam(param: number): void {
    if (param > 0 && param <= 1) this.#weights[1] = 1 / param;
  }

  setProbabilistic(): void {
    this.#weights[2] = 1;
  }

  endSpan(): void {
    const row = this.length;
    const pair = row * 2;
    if ((this.span[pair]! | this.span[pair + 1]!) === 0) throw new Malformed("a span without an id");
    const trace = this.traceHigh[pair]! | this.traceHigh[pair + 1]! | this.traceLow[pair]! | this.traceLow[pair + 1]!;
    if (trace === 0) throw new Malformed("a span without a trace id");
    const { times } = this;
    this.startUs[row] = microseconds(times[1]!, times[0]!);
    this.durationUs[row] = ((times[3]! - times[1]!) * 2 ** 32 + (times[2]! - times[0]!)) / 1000;
    const weight = this.#weights[0]! || this.#weights[1]! * this.#weights[2]!;
    if (weight !== 0 && Number.isNaN(this.adjustedCount[row])) this.adjustedCount[row] = weight;
    this.length = row + 1;
  }

  abandon(): void {
    this.length = this.#committed;
    this.#strings?.truncate(this.#stringsCommitted);
  }

  /** Moves a row that is to stay down to `to`, over rows that are not. */
  move(from: number, to: number): void {
    if (from === to) return;
    for (const column of [this.traceHigh, this.traceLow, this.span, this.parent]) {
      column.copyWithin(to * 2, from * 2, from * 2 + 2);
    }
    for (const column of this.#single()) column[to] = column[from]!;
  }

  /** The rows up to `length` stay, those after go. Without `keep`, all go. */
  commit(length: number): void {
    if (this.#strings === undefined) {
      this.length = 0;
      if (this.#capacity > KEPT_ROWS) this.#resize(FIRST_ROWS);
      return;
    }
    this.length = this.#committed = length;
    this.#stringsCommitted = this.#strings.strings.length;
  }

  /** The committed rows, without copying them; undefined without `keep`. */
  table(): SpanTable | undefined {
    if (this.#strings === undefined) return undefined;
    const rows = this.#committed;
    return {
      strings: this.#strings.strings.slice(0, this.#stringsCommitted),
      traceIdHigh: new BigUint64Array(this.traceHigh.buffer, 0, rows),
      traceIdLow: new BigUint64Array(this.traceLow.buffer, 0, rows),
      spanId: new BigUint64Array(this.span.buffer, 0, rows),
      parentId: new BigUint64Array(this.parent.buffer, 0, rows),
      service: this.service.subarray(0, rows),
      name: this.name.subarray(0, rows),
      kind: this.kind.subarray(0, rows),
      status: this.status.subarray(0, rows),
      startUs: this.startUs.subarray(0, rows),
      durationUs: this.durationUs.subarray(0, rows),
      requestId: this.requestId.subarray(0, rows),
      adjustedCount: this.adjustedCount.subarray(0, rows),
    };
  }

  #setPair(column: Int32Array, row: number, high: number, low: number): void {
    column[row * 2 + HIGH] = high;
    column[row * 2 + LOW] = low;
  }

  #single(): readonly (Uint8Array | Uint32Array | Float64Array)[] {
    const { service, name, kind, status, startUs, durationUs, requestId, adjustedCount } = this;
    return [service, name, kind, status, startUs, durationUs, requestId, adjustedCount];
  }

  #resize(rows: number): void {
    this.#capacity = rows;
    this.traceHigh = resized(this.traceHigh, new Int32Array(rows * 2));
    this.traceLow = resized(this.traceLow, new Int32Array(rows * 2));
    this.span = resized(this.span, new Int32Array(rows * 2));
    this.parent = resized(this.parent, new Int32Array(rows * 2));
    this.service = resized(this.service, new Uint32Array(rows));
    this.name = resized(this.name, new Uint32Array(rows));
    this.kind = resized(this.kind, new Uint8Array(rows));
    this.status = resized(this.status, new Uint8Array(rows));
    this.startUs = resized(this.startUs, new Float64Array(rows));
    this.durationUs = resized(this.durationUs, new Float64Array(rows));
    this.requestId = resized(this.requestId, new Float64Array(rows));
    this.adjustedCount = resized(this.adjustedCount, new Float64Array(rows));
  }
}

/** ns in two words to µs: whole thousands of the upper word apart, so that nothing is lost before the division. */
function microseconds(high: number, low: number): number {
  const thousands = Math.floor(high / 1000);
  return thousands * 2 ** 32 + ((high - thousands * 1000) * 2 ** 32 + low) / 1000;
}

function resized<T extends Uint8Array | Int32Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from.subarray(0, to.length));
  return to;
}
