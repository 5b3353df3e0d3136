import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { LostSpans } from "./ledger/lost-spans.ts";
import { closeLedgerOf, emit, protobufSpanIds, startBackend, traceWith } from "./tracing.fixture.ts";

const baseDir = temporaryFolder();

for (const exporter of [
  "otlp-http/protobuf",
  "otlp-http/protobuf:gzip",
  "otlp-http/json",
  "otlp-http/json:gzip",
  "zipkin",
]) {
  test(`${exporter} delivers every span to a healthy backend`, async () => {
    await using backend = await startBackend();
    const tracing = await traceWith({ exporter }, backend);
    emit(1000);
    const ledger = await closeLedgerOf(tracing, backend);
    assert.equal(ledger.received, 1000);
    assert.equal(ledger.exported, 1000);
    assert.equal(ledger.residual, 0);
  });
}

async function answerGrpc(stream: ServerHttp2Stream, received: Set<string>): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const frame = Buffer.concat(chunks);
  // One message: a flag for compression, four bytes of length, the message itself.
  const message = frame[0] === 1 ? gunzipSync(frame.subarray(5)) : frame.subarray(5);
  for (const id of protobufSpanIds(message)) received.add(id);
  stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(Buffer.alloc(5));
}

for (const exporter of ["otlp-grpc", "otlp-grpc:gzip"]) {
  test(`${exporter} delivers every span to a healthy backend`, async () => {
    const received = new Set<string>();
    const server = createServer().on("stream", (stream) => void answerGrpc(stream, received));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const otlpGrpc = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const tracing = await traceWith({ exporter, endpoints: { otlpHttp: "", otlpGrpc, zipkin: "" } });
    emit(1000);
    const ledger = await closeLedgerOf(tracing);
    assert.equal(ledger.exported, 1000);
    assert.equal(received.size, 1000);
    server.close();
  });
}

for (const exporter of ["console", "memory", "memory:keep=10", "discard"]) {
  test(`${exporter} keeps its spans to itself, and writes nothing to the terminal`, async (t) => {
    const dir = t.mock.method(console, "dir", () => undefined);
    const tracing = await traceWith({ exporter });
    emit(1000);
    const ledger = await closeLedgerOf(tracing);
    assert.equal(ledger.keptLocally, 1000);
    assert.equal(ledger.residual, 0);
    assert.equal(dir.mock.callCount(), 0);
  });
}

test("console writes what the SDK prints to the named file", async () => {
  const tracing = await traceWith({ exporter: "console:./spans.txt", baseDir });
  emit(3, "named");
  await closeLedgerOf(tracing);
  const text = await readFile(join(baseDir, "spans.txt"), "utf8");
  assert.equal(text.match(/name: 'named'/g)?.length, 3);
});

test("simple exports each span by itself, and all of them", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({ processor: "simple", exporter: "otlp-http/json:concurrency=1000" }, backend);
  emit(200);
  const ledger = await closeLedgerOf(tracing, backend);
  assert.equal(ledger.received, 200);
  assert.equal(backend.requests, 200);
  assert.equal(ledger.residual, 0);
});

test("your own sampler, processor and exporter are found by path, as object, class or function", async () => {
  const write = (name: string, source: string): Promise<void> => writeFile(join(baseDir, name), source);
  await write(
    "sampler.mjs",
    `export default class { shouldSample() { return { decision: 1 }; } toString() { return "mine"; } }`,
  );
  await write(
    "processor.mjs",
    `export default ({ exporter }) => ({ onStart() {}, onEnd(span) { exporter.export([span], () => {}); }, forceFlush: async () => {}, shutdown: () => exporter.shutdown() });`,
  );
  await write(
    "exporter.mjs",
    `export default { export(spans, done) { done({ code: 0 }); }, shutdown: async () => {} };`,
  );

  const recording = await traceWith({ sampler: "module:./sampler.mjs", exporter: "discard", baseDir });
  emit(10);
  const recorded = await closeLedgerOf(recording);
  assert.equal(recorded.recordOnly, 10);
  assert.equal(recorded.residual, 0);

  const own = await traceWith({ processor: "module:./processor.mjs", exporter: "module:./exporter.mjs", baseDir });
  emit(10);
  const owned = await closeLedgerOf(own);
  assert.equal(owned.keptLocally, 10);
  assert.equal(owned.residual, 0);
});

test("a module that is missing, or makes something else, is the user's mistake", async () => {
  await writeFile(join(baseDir, "nothing.mjs"), "export default {};");
  await assert.rejects(traceWith({ sampler: "module:./absent.mjs", baseDir }), /module:\.\/absent\.mjs: no such file/);
  await assert.rejects(traceWith({ sampler: "module:./nothing.mjs", baseDir }), /shouldSample\(\)/);
});

test("uncounted, the SDK runs bare and has no counts", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({ counted: false, sampler: "tail:ratio=1" }, backend);
  emit(100);
  await tracing.flush();
  assert.equal(tracing.counts(), undefined);
  await tracing.shutdown(5000);
  propagation.disable();
  trace.disable();
  assert.equal(backend.spanIds.size, 100);
});

test("uncounted, no span that a tail sampler evicts is named", async (context) => {
  const named = context.mock.method(LostSpans.prototype, "add");
  const evict = async (counted: boolean): Promise<void> => {
    const tracing = await traceWith({ counted, sampler: "tail:ratio=1,buffer=1", exporter: "discard" });
    const tracer = trace.getTracer("test");
    const roots = [tracer.startSpan("evicted"), tracer.startSpan("latest")];
    for (const root of roots) root.end();
    await tracing.shutdown(5000);
    propagation.disable();
    trace.disable();
  };
  await evict(false);
  assert.equal(named.mock.callCount(), 0);
  await evict(true);
  assert.equal(named.mock.callCount(), 1);
});

test("registers W3C propagation of trace context and baggage, and the service's name", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({ sampler: "probability:1" }, backend);
  const carrier: Record<string, string> = {};
  const span = trace.getTracer("test").startSpan("root");
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), carrier);
  span.end();
  await closeLedgerOf(tracing, backend);
  assert.deepEqual(Object.keys(carrier), ["traceparent", "tracestate"]);
  assert.equal(carrier["tracestate"], "ot=th:0");
  assert.equal(backend.spans[0]!.traceState, "ot=th:0");
});

test("listing and parsing specs loads nothing of OpenTelemetry", async () => {
  const script = `
    const { samplers } = await import(${JSON.stringify(new URL("./samplers/index.ts", import.meta.url).href)});
    samplers.parse("parentbased:probability:0.1");
    const { createRequire, Module } = await import("node:module");
    console.log(Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes("@opentelemetry")).length);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  assert.equal(stdout.trim(), "0");
});
