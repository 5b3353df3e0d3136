/** Clients for a receiver: raw requests with their answers, and a clock that tests advance. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import {
  compressionAlgorithms,
  credentials,
  makeGenericClientConstructor,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { systemClock, type Clock } from "../base/clock.ts";
import { Receiver } from "./receiver.ts";

export interface Answer {
  /** 0 if the connection broke before an answer. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends a body over a connection of its own. */
export function post(
  url: string,
  body: Uint8Array | string,
  headers: Record<string, string> = {},
  method = "POST",
): Promise<Answer> {
  return new Promise((resolve) => {
    const broken = (): void => resolve({ status: 0, headers: {}, body: Buffer.alloc(0) });
    const request = httpRequest(url, { method, headers: { "content-type": "application/x-protobuf", ...headers } });
    request.on("error", broken);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("error", broken);
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.end(body);
  });
}

/** Begins a body when the server has begun to read it, and never ends it; `ended` says how its connection ended. */
export async function begin(
  url: string,
  body: Uint8Array,
): Promise<{ readonly ended: Promise<"answered" | "broken">; leave(): void }> {
  const headers = { "content-type": "application/x-protobuf", expect: "100-continue" };
  const request = httpRequest(url, { method: "POST", headers });
  const ended = new Promise<"answered" | "broken">((resolve) => {
    request.on("error", () => resolve("broken"));
    request.on("response", () => resolve("answered"));
  });
  request.flushHeaders();
  await new Promise((resolve) => request.once("continue", resolve));
  request.write(body);
  return { ended, leave: () => void request.destroy() };
}

export interface GrpcAnswer {
  /** 0 is OK. */
  readonly code: number;
  readonly body: Buffer | undefined;
  readonly metadata: Metadata | undefined;
}

const same = (bytes: Buffer): Buffer => bytes;
const GrpcClient = makeGenericClientConstructor(
  {
    export: {
      path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  },
  "TraceService",
);

/** One call by gRPC's own client. */
export function call(endpoint: string, body: Buffer, deadlineMs = 5000, gzip = false): Promise<GrpcAnswer> {
  const { host, pathname } = new URL(endpoint);
  const metadata = new Metadata();
  if (pathname !== "/") metadata.set("x-spantoll-receiver", pathname.slice(1));
  const client = new GrpcClient(host, credentials.createInsecure(), {
    "grpc.default_compression_algorithm": gzip ? compressionAlgorithms.gzip : compressionAlgorithms.identity,
    "grpc.enable_retries": 0,
  });
  type Export = (
    body: Buffer,
    metadata: Metadata,
    options: { deadline: number },
    done: (error: ServiceError | null, body?: Buffer) => void,
  ) => void;
  return new Promise((resolve) => {
    (client["export"] as unknown as Export).call(
      client,
      body,
      metadata,
      { deadline: Date.now() + deadlineMs },
      (error, answer) => {
        client.close();
        resolve({ code: error?.code ?? 0, body: answer, metadata: error?.metadata });
      },
    );
  });
}

export function open(condition = "healthy", clock: Clock = systemClock): Promise<Receiver> {
  return Receiver.open({ id: "test", condition, seed: 7 }, clock);
}

/** A clock that stands still until it is advanced; sleepers wake in order. */
export class HandClock implements Clock {
  #nowMs = 0;
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  monotonicMs(): number {
    return this.#nowMs;
  }

  epochMs(): number {
    return this.#nowMs;
  }

  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ atMs: this.#nowMs + ms, wake });
    });
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    const due = this.#sleepers.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { wake } of due.toSorted((a, b) => a.atMs - b.atMs)) wake();
  }
}

/** Waits until something that happens in another turn of the loop has happened. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 2000) throw new Error("it did not happen");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
