import { Malformed } from "../decode/malformed.ts";
import type { StringTable } from "./string-table.ts";

/** A row is one run of memory: ids and times in two words of 32 bits each, and the last four words are two floats. */
export const ROW_WORDS = 20;
export const SPAN_ID = 0;
export const TRACE_HIGH = 2;
export const TRACE_LOW = 4;
export const PARENT_ID = 6;
export const START = 8;
export const END = 10;
export const SERVICE = 12;
export const NAME = 13;
export const KIND = 14;
export const STATUS = 15;
/** In floats from the row's first. */
export const REQUEST_ID = 8;
export const ADJUSTED_COUNT = 9;

/** Where the halves of a 64-bit number lie in this machine's memory. */
export const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
export const HIGH = 1 - LOW;

const FIRST_ROWS = 1024;
/** A batch of OpenTelemetry's processor has 512 spans by default; this is 20 MiB of rows. */
const MOST_ROWS = 262_144;
/** Room above this is given back after the batch that needed it. */
const KEPT_ROWS = 65_536;

/**
 * The spans of the batch that is being decoded, as rows of numbers: no span needs an object, a BigInt or a boxed
 * number. A decoder begins a row, sets its fields in any order, and ends it. Words of no row are 0.
 */
export class SpanRows {
  length = 0;
  words = new Int32Array(FIRST_ROWS * ROW_WORDS);
  floats = new Float64Array(this.words.buffer);
  /** The first word of the row being written. */
  #at = 0;
  /** Of the row being written: `sampler.adjusted_count`, Jaeger's `sampler.param`, and whether `sampler.type` is probabilistic. */
  #adjustedCount = NaN;
  #samplerParam = NaN;
  #isProbabilistic = false;
  readonly #strings: StringTable;
  #stringsCommitted = 1;

  constructor(strings: StringTable) {
    this.#strings = strings;
  }

  beginSpan(): void {
    const at = this.length * ROW_WORDS;
    if (this.length === MOST_ROWS) throw new Malformed(`more than ${MOST_ROWS} spans in one request`, 413);
    if (at === this.words.length) this.#resize(this.length * 2);
    this.floats[at / 2 + REQUEST_ID] = NaN;
    this.floats[at / 2 + ADJUSTED_COUNT] = NaN;
    this.#at = at;
    this.#adjustedCount = NaN;
    this.#samplerParam = NaN;
    this.#isProbabilistic = false;
  }

  /** `field` is an id or a time. */
  setWide(field: number, high: number, low: number): void {
    this.words[this.#at + field + HIGH] = high;
    this.words[this.#at + field + LOW] = low;
  }

  /** An id's eight bytes, as protobuf has them. */
  setId(field: number, view: DataView, from: number): void {
    this.setWide(field, view.getInt32(from), view.getInt32(from + 4));
  }

  /** A time's eight bytes, as protobuf has them. */
  setTime(field: number, view: DataView, from: number): void {
    this.setWide(field, view.getInt32(from + 4, true), view.getInt32(from, true));
  }

  /** `field` is KIND, STATUS, SERVICE or NAME. */
  setWord(field: number, value: number): void {
    this.words[this.#at + field] = value;
  }

  setRequestId(id: number): void {
    this.floats[this.#at / 2 + REQUEST_ID] = id;
  }

  /** By the tracestate, which goes before what attributes say. */
  setThreshold(adjustedCount: number): void {
    this.floats[this.#at / 2 + ADJUSTED_COUNT] = adjustedCount;
  }

  setAdjustedCount(count: number): void {
    if (count > 0 && Number.isFinite(count)) this.#adjustedCount = count;
  }

  setSamplerParam(param: number): void {
    if (param > 0 && param <= 1) this.#samplerParam = param;
  }

  setSamplerType(type: unknown): void {
    this.#isProbabilistic = type === "probabilistic";
  }

  endSpan(): void {
    const { words } = this;
    const at = this.#at;
    if ((words[at + SPAN_ID]! | words[at + SPAN_ID + 1]!) === 0) throw new Malformed("a span without an id");
    const trace =
      words[at + TRACE_HIGH]! | words[at + TRACE_HIGH + 1]! | words[at + TRACE_LOW]! | words[at + TRACE_LOW + 1]!;
    if (trace === 0) throw new Malformed("a span without a trace id");
    const place = at / 2 + ADJUSTED_COUNT;
    if (Number.isNaN(this.floats[place]!)) {
      const ofParam = this.#isProbabilistic ? 1 / this.#samplerParam : NaN;
      this.floats[place] = Number.isNaN(this.#adjustedCount) ? ofParam : this.#adjustedCount;
    }
    this.length++;
  }

  /** Sets the service of all rows from `first` on. */
  setServices(first: number, service: number): void {
    const { words } = this;
    const end = this.length * ROW_WORDS;
    for (let at = first * ROW_WORDS + SERVICE; at < end; at += ROW_WORDS) words[at] = service;
  }

  internText(text: string): number {
    return this.#strings.internText(text);
  }

  /** The number of a string. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    return this.#strings.intern(bytes, start, end);
  }

  /** Moves a row that is to stay down to `to`, over rows that are not. */
  move(from: number, to: number): void {
    if (from !== to) this.words.copyWithin(to * ROW_WORDS, from * ROW_WORDS, (from + 1) * ROW_WORDS);
  }

  /** Forgets the batch, with what it brought of strings. */
  abandon(): void {
    this.#strings.truncate(this.#stringsCommitted);
    this.clear();
  }

  /** Makes room for the next batch; the strings stay. */
  clear(): void {
    this.#stringsCommitted = this.#strings.strings.length;
    this.words.fill(0, 0, (this.length + 1) * ROW_WORDS);
    this.length = 0;
    if (this.words.length > KEPT_ROWS * ROW_WORDS) this.#resize(FIRST_ROWS);
  }

  #resize(rows: number): void {
    const words = new Int32Array(rows * ROW_WORDS);
    words.set(this.words.subarray(0, words.length));
    this.words = words;
    this.floats = new Float64Array(words.buffer);
  }
}
