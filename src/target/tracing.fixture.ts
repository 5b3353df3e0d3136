/** A sink that counts unique span ids, tracing in this process, and the ledger of both. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { context, propagation, trace } from "@opentelemetry/api";
import { closeLedger, type Ledger } from "../record/ledger.ts";
import type { Endpoints } from "./endpoints.ts";
import { startTracing, type Tracing, type TracingOptions } from "./tracing.ts";

/** What the backend does with the n-th request (from 0) after reading it; its spans are counted before. */
export type Behaviour = (answer: ServerResponse, request: number) => void | Promise<void>;

export interface FakeBackend extends AsyncDisposable {
  readonly endpoints: Endpoints;
  readonly spanIds: Set<string>;
  /** Parsed OTLP/JSON spans, or Zipkin's. */
  readonly spans: { readonly name: string; readonly traceId: string; readonly traceState?: string }[];
  duplicates: number;
  rejected: number;
  requests: number;
  behave: Behaviour;
  /** Which of a request's spans it takes, by position; default: all. */
  takes: (place: number) => boolean;
}

export const ok: Behaviour = (answer) => void answer.writeHead(200, { "content-type": "application/json" }).end("{}");
export const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  (answer) =>
    void answer.writeHead(code, headers).end();
export const afterMs =
  (ms: number): Behaviour =>
  async (answer) => {
    await sleep(ms);
    void ok(answer, 0);
  };
export const hang: Behaviour = () => undefined;
export const reset: Behaviour = (answer) => void answer.destroy();

export async function startBackend(behave: Behaviour = ok): Promise<FakeBackend> {
  const server: Server = createServer((request, answer) => void receive(backend, request, answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const backend: FakeBackend = {
    endpoints: { otlpHttp: `${origin}/v1/traces`, otlpGrpc: origin, zipkin: `${origin}/api/v2/spans` },
    spanIds: new Set(),
    spans: [],
    duplicates: 0,
    rejected: 0,
    requests: 0,
    takes: () => true,
    behave,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return backend;
}

async function receive(backend: FakeBackend, request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
  for (const id of readIds(backend, request, body).filter((_id, place) => backend.takes(place)))
    receiveSpan(backend, id);
  await backend.behave(answer, backend.requests++);
}

function readIds(backend: FakeBackend, request: IncomingMessage, body: Buffer): string[] {
  if (request.headers["content-type"] === "application/x-protobuf") return protobufSpanIds(body);
  const parsed: unknown = JSON.parse(body.toString());
  const spans = Array.isArray(parsed) ? (parsed as { id: string }[]) : jsonSpans(parsed);
  backend.spans.push(...(spans as never[]));
  return spans.map((span) => ("spanId" in span ? span.spanId : span.id) as string);
}

function jsonSpans(parsed: unknown): { id: string }[] {
  const { resourceSpans } = parsed as { resourceSpans: { scopeSpans: { spans: { id: string }[] }[] }[] };
  return resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((scope) => scope.spans));
}

/** resource_spans = 1, scope_spans = 2, spans = 2, span_id = 2: all length-delimited. */
export function protobufSpanIds(body: Buffer): string[] {
  const spans = fields(body, 1).flatMap((resource) => fields(resource, 2).flatMap((scope) => fields(scope, 2)));
  return spans.flatMap((span) => fields(span, 2).map((id) => id.toString("hex")));
}

function fields(message: Buffer, wanted: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const varint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = message[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else {
      const length = varint();
      if (tag >> 3 === wanted) found.push(message.subarray(at, at + length));
      at += length;
    }
  }
  return found;
}

function receiveSpan(backend: FakeBackend, id: string): void {
  if (backend.spanIds.has(id)) backend.duplicates++;
  backend.spanIds.add(id);
}

const ELSEWHERE: Endpoints = { otlpHttp: "http://127.0.0.1:9/v1/traces", otlpGrpc: "", zipkin: "" };

/** Tracing of this process with the given parts; the others are the defaults. End it with `closeLedgerOf`. */
export async function traceWith(options: Partial<TracingOptions>, backend?: FakeBackend): Promise<Tracing> {
  return startTracing({
    service: "test",
    sampler: "always_on",
    processor: "batch",
    exporter: "otlp-http/json",
    endpoints: backend?.endpoints ?? ELSEWHERE,
    baseDir: import.meta.dirname,
    seed: 1,
    counted: true,
    ...options,
  });
}

/** Unregisters what `startTracing` registered, so that the next test can register its own. */
export function unregister(): void {
  trace.disable();
  context.disable();
  propagation.disable();
}

/** Shuts tracing down, and closes the ledger as the harness does. */
export async function closeLedgerOf(tracing: Tracing, backend?: FakeBackend, timeoutMs = 5000): Promise<Ledger> {
  await tracing.shutdown(timeoutMs);
  unregister();
  return ledgerOf(tracing, backend);
}

export function ledgerOf(tracing: Tracing, backend?: FakeBackend): Ledger {
  const counts = tracing.counts()!;
  const arrived = (ids: string): number => hexIds(ids).filter((id) => backend?.spanIds.has(id)).length;
  const failed = Object.entries(counts.exportFailed).map(([reason, { spanIds }]) => [reason, arrived(spanIds)]);
  return closeLedger(
    [counts],
    { received: backend?.spanIds.size ?? 0, duplicates: backend?.duplicates ?? 0, rejected: backend?.rejected ?? 0 },
    { failed: Object.fromEntries(failed) as Record<string, number>, unresolved: arrived(counts.unresolved.spanIds) },
    backend !== undefined,
  );
}

function hexIds(base64: string): string[] {
  return Buffer.from(base64, "base64").toString("hex").match(/.{16}/g) ?? [];
}

/** Starts and ends `count` root spans at once. */
export function emit(count: number, name = "work"): void {
  const tracer = trace.getTracer("test");
  for (let index = 0; index < count; index++) tracer.startSpan(name).end();
}
