import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import type { Clock } from "../../base/clock.ts";
import type { Condition, Decision } from "../conditions/condition.ts";
import type { ReceivedSpans } from "../count/received-spans.ts";
import { FromStranger, Malformed } from "../decode/malformed.ts";
import { decodeOtlpJson } from "../decode/otlp-json.ts";
import { decodeOtlpProtobuf } from "../decode/otlp-protobuf.ts";
import { decodeZipkinJson } from "../decode/zipkin-json.ts";
import { SdkMetrics } from "../count/sdk-metrics.ts";
import { BufferPool, release } from "./body-buffer.ts";

const MIB = 1024 * 1024;
/** Largest body, before and after decompression. */
export const MAX_BODY_BYTES = 64 * MIB;
/** Parsed JSON takes some twenty times the memory of its text. */
const MAX_JSON_BYTES = 16 * MIB;
const MOST_REFUSALS = 5;
/** What web servers log if the client closes the connection before its request is complete. */
const CLIENT_CLOSED_REQUEST = 499;

const DECODERS = { protobuf: decodeOtlpProtobuf, json: decodeOtlpJson, zipkin: decodeZipkinJson };
export type Format = keyof typeof DECODERS;

export interface Payload {
  /** The exporter that sends such: `otlp-http/json`. */
  readonly exporter: string;
  readonly format: Format;
  readonly bytes: Buffer;
  readonly isGzip: boolean;
}

/** One request, as its protocol answers it. */
export interface Exchange {
  readonly stream: Readable;
  /** Whether chunks have memory of their own. HTTP/2 goes on using the memory of its chunks. */
  readonly ownsChunks: boolean;
  /** Takes the payload out of the whole body. Throws `Malformed`. */
  payload(body: Buffer): Payload;
  succeed(rejected: number): void;
  fail(status: number, reason: string, retryAfterMs?: number): void;
  /** Destroys the connection. */
  destroy(): void;
}

/** Reads, decodes, counts and answers the requests of one receiver, as its condition decides. */
export class RequestHandler {
  readonly condition: Condition;
  /** What a request must know, so that no other program's spans are counted. */
  readonly secret = randomBytes(16).toString("hex");
  readonly sdkMetrics = new SdkMetrics();
  #spans: ReceivedSpans;
  readonly #clock: Clock;
  /** Bodies that are neither complete nor refused. */
  readonly #open = new Set<Readable>();
  readonly #buffers = new BufferPool();
  readonly #refusals = new Set<string>();
  #linkFreeAtMs = 0;
  #isClosed = false;

  constructor(condition: Condition, spans: ReceivedSpans, clock: Clock) {
    this.condition = condition;
    this.#spans = spans;
    this.#clock = clock;
  }

  /** Reads a body at the condition's pace and answers once; what comes after a refusal is thrown away. */
  handle(exchange: Exchange): void {
    const { stream, ownsChunks } = exchange;
    const buffer = this.#buffers.take();
    let size = 0;
    const settle = (end: () => void): void => {
      if (!this.#open.delete(stream)) return;
      end();
      this.#buffers.giveBack(buffer);
    };
    this.#open.add(stream);
    stream.on("data", (chunk: Buffer) => {
      if (!this.#open.has(stream)) return;
      const busyMs = this.#takeBytes(chunk.length);
      size += chunk.length;
      if (this.condition.resets) settle(() => this.#reset(exchange));
      else if (size > MAX_BODY_BYTES) settle(() => this.refuse(exchange, tooLarge(MAX_BODY_BYTES)));
      else buffer.append(chunk);
      if (ownsChunks) release(chunk);
      if (busyMs > 0) {
        stream.pause();
        void this.#clock.sleep(busyMs).then(() => stream.resume());
      }
    });
    stream.on("end", () => settle(() => this.#answer(exchange, buffer.content())));
    stream.on("close", () => settle(() => this.#spans.countMalformed(CLIENT_CLOSED_REQUEST)));
  }

  /** Decodes a payload and counts what the condition accepts: all of that, or nothing if it is malformed. Throws `Malformed`. */
  receive({ exporter, format, bytes, isGzip }: Payload): Decision {
    const body = isGzip ? gunzip(bytes) : bytes;
    const { length } = body;
    const { rows } = this.#spans;
    try {
      if (format !== "protobuf" && length > MAX_JSON_BYTES) throw tooLarge(MAX_JSON_BYTES);
      DECODERS[format](body, rows);
    } catch (error) {
      rows.abandon();
      throw error;
    } finally {
      if (isGzip) release(body);
    }
    this.#spans.bodyBytes += length;
    this.#spans.countEncoding(isGzip ? `${exporter} with gzip` : exporter);
    const decision = this.condition.decide(rows.length);
    if (decision.type === "accept") this.#spans.commit();
    else if (decision.type === "partial") this.#spans.commit(decision.rejected);
    else {
      rows.abandon();
      this.#spans.countConditioned(decision.type === "hang" ? "hang" : String(decision.status));
    }
    return decision;
  }

  /** Counts and answers a malformed request. An error of any other kind is a bug in the sink: it is printed, and fails this request alone. */
  refuse(exchange: Exchange | undefined, error: unknown): void {
    const status = error instanceof Malformed ? error.status : 500;
    if (status === 500) console.error(error);
    if (error instanceof FromStranger) this.#spans.countStranger();
    else if (!this.#isClosed) this.#spans.countMalformed(status);
    if (error instanceof Malformed && this.#refusals.size < MOST_REFUSALS) this.#refusals.add(error.message);
    exchange?.fail(status, String(error));
  }

  /** The first few different reasons, without the secret. */
  refusals(): string[] {
    return [...this.#refusals].map((reason) => reason.replaceAll(this.secret, "SECRET"));
  }

  /** From now on what comes is counted there. */
  countIn(spans: ReceivedSpans): void {
    this.#spans = spans;
  }

  /** Counts the bodies that a restart cuts, before their connections are closed. */
  cutAll(): void {
    this.#spans.countConditioned("restart", this.#open.size);
    this.#open.clear();
  }

  /** Counts nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#open.clear();
  }

  #answer(exchange: Exchange, body: Buffer): void {
    try {
      const decision = this.receive(exchange.payload(body));
      if (decision.type === "hang") return;
      if (decision.type === "refuse") {
        exchange.fail(decision.status, "refused by the backend condition", decision.retryAfterMs);
      } else if (decision.type === "partial") {
        exchange.succeed(decision.rejected.reduce((sum, mark) => sum + mark, 0));
      } else if (decision.afterMs) void this.#clock.sleep(decision.afterMs).then(() => exchange.succeed(0));
      else exchange.succeed(0);
    } catch (error) {
      this.refuse(exchange, error);
    }
  }

  #reset(exchange: Exchange): void {
    this.#spans.countConditioned("reset");
    exchange.destroy();
  }

  /** Counts bytes as they come; returns how long a link of the condition's bandwidth is busy with them, ms. */
  #takeBytes(bytes: number): number {
    this.#spans.wireBytes += bytes;
    const { bytesPerSecond } = this.condition;
    if (bytesPerSecond === undefined) return 0;
    const now = this.#clock.monotonicMs();
    this.#linkFreeAtMs = Math.max(now, this.#linkFreeAtMs) + (bytes * 1000) / bytesPerSecond;
    return this.#linkFreeAtMs - now;
  }
}

export function gunzip(wire: Buffer): Buffer {
  try {
    return gunzipSync(wire, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    throw error instanceof RangeError ? tooLarge(MAX_BODY_BYTES) : new Malformed("gzip: it cannot be decompressed");
  }
}

export function tooLarge(bytes: number): Malformed {
  return new Malformed(`a body above ${bytes} bytes`, 413);
}
