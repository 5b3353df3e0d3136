import type { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import type { Clock } from "../../base/clock.ts";
import { BufferPool, release } from "./body-buffer.ts";
import type { Books } from "../count/books.ts";
import type { Condition, Verdict } from "../conditions/condition.ts";
import { Malformed } from "../decode/malformed.ts";
import { decodeOtlpJson } from "../decode/otlp-json.ts";
import { decodeOtlpProtobuf } from "../decode/otlp-protobuf.ts";
import { decodeZipkinJson } from "../decode/zipkin-json.ts";

/** Of a body, as it comes and decompressed. */
export const MOST_BODY_BYTES = 64 * 1024 * 1024;
/** What web servers log where the client went away before its request was whole. */
const CLIENT_CLOSED_REQUEST = 499;

const DECODERS = { protobuf: decodeOtlpProtobuf, json: decodeOtlpJson, zipkin: decodeZipkinJson };
export type Format = keyof typeof DECODERS;

/** What all doors of an inlet share: the way from a body to the books, under the condition. */
export class Reception {
  readonly condition: Condition;
  readonly clock: Clock;
  /** Those on their way, neither whole nor refused. */
  readonly bodies = new Set<Readable>();
  readonly buffers = new BufferPool();
  readonly #books: Books;
  #linkFreeAtMs = 0;
  #isClosed = false;

  constructor(condition: Condition, books: Books, clock: Clock) {
    this.condition = condition;
    this.#books = books;
    this.clock = clock;
  }

  /** Counts bytes of a body as they come; returns how long a link of the condition's bandwidth is busy with them, ms. */
  takeBytes(bytes: number): number {
    this.#books.wireBytes += bytes;
    const { bytesPerSecond } = this.condition;
    if (bytesPerSecond === undefined) return 0;
    const now = this.clock.monotonicMs();
    this.#linkFreeAtMs = Math.max(now, this.#linkFreeAtMs) + (bytes * 1000) / bytesPerSecond;
    return this.#linkFreeAtMs - now;
  }

  /**
   * Decodes a whole body, asks the condition, books what it accepts: all of that or, for a malformed
   * body, nothing. Throws `Malformed`.
   */
  receive(format: Format, wire: Buffer, isGzip: boolean): Verdict {
    const body = isGzip ? inflated(wire) : wire;
    const { rows } = this.#books;
    const { length } = body;
    try {
      DECODERS[format](body, rows);
    } catch (error) {
      rows.abandon();
      throw error;
    } finally {
      if (isGzip) release(body);
    }
    this.#books.bodyBytes += length;
    const verdict = this.condition.judge(rows.length);
    if (verdict.type === "accept") this.#books.commit();
    else if (verdict.type === "partial") this.#books.commit(verdict.rejected);
    else {
      rows.abandon();
      this.#books.countConditioned(verdict.type === "hang" ? "hang" : String(verdict.status));
    }
    return verdict;
  }

  /**
   * Counts a request that is refused as malformed, and returns the status to answer with.
   * An error of any other kind is a bug in the sink: it is shown, and costs this request alone.
   */
  refuse(error: unknown): number {
    const status = error instanceof Malformed ? error.status : 500;
    if (status === 500) console.error(error);
    if (!this.#isClosed) this.#books.countMalformed(status);
    return status;
  }

  /** Counts a request whose client went away before the body was whole. */
  countGone(): void {
    this.#books.countMalformed(CLIENT_CLOSED_REQUEST);
  }

  /** Counts the bodies that a restart cuts, before their connections go. */
  cutAll(): void {
    this.#books.countConditioned("restart", this.bodies.size);
    this.bodies.clear();
  }

  /** From here on nothing is counted. */
  close(): void {
    this.#isClosed = true;
    this.bodies.clear();
  }

  countReset(): void {
    this.#books.countConditioned("reset");
  }
}

function inflated(wire: Buffer): Buffer {
  try {
    return gunzipSync(wire, { maxOutputLength: MOST_BODY_BYTES });
  } catch (error) {
    const isBomb = error instanceof RangeError;
    throw isBomb ? tooLarge() : new Malformed("gzip: not what it says");
  }
}

export function tooLarge(): Malformed {
  return new Malformed(`a body above ${MOST_BODY_BYTES} bytes`, 413);
}
