/** The traps of FACTS.md, each run on the pinned SDK: whatever it does, no span is lost from the books. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { context, trace } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import { closeLedgerOf, emit, ledgerOf, ok, startBackend, traceWith, unregister } from "./tracing.fixture.ts";

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (answer: ServerResponse) =>
    void answer.writeHead(code, headers).end();
const afterMs = (ms: number) => async (answer: ServerResponse) => {
  await sleep(ms);
  void ok(answer, 0);
};

test("drops at the very end are counted, of which the SDK says nothing", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({ processor: "batch:queue=64,batch=16" }, backend);
  emit(1000);
  const ledger = await closeLedgerOf(tracing, backend);
  assert.ok(ledger.queueFull > 800);
  assert.equal(ledger.received + ledger.queueFull, 1000);
  assert.equal(ledger.residual, 0);
});

test("a flush waits for the batch in flight, which the SDK's forceFlush does not", async () => {
  await using backend = await startBackend(afterMs(200));
  const tracing = await traceWith({ processor: "batch:queue=100,batch=50" }, backend);
  emit(50);
  await sleep(20);
  await tracing.flush();
  const { exported, residual } = ledgerOf(tracing, backend);
  assert.deepEqual({ exported, residual }, { exported: 50, residual: 0 });
  await closeLedgerOf(tracing, backend);
});

test("the SDK's own forceFlush resolves while that batch is still under way", async () => {
  await using backend = await startBackend(afterMs(200));
  const tracing = await traceWith({ processor: "batch:queue=100,batch=50", counted: false }, backend);
  let answered = false;
  backend.behave = async (answer) => {
    await sleep(200);
    answered = true;
    void ok(answer, 0);
  };
  emit(50);
  await sleep(20);
  await tracing.flush();
  assert.equal(answered, false);
  await tracing.shutdown(5000);
  unregister();
});

test("a shutdown that fails at the first batch still waits for the others' answers", async () => {
  await using backend = await startBackend(async (answer, request) => {
    await sleep(request === 0 ? 0 : 200);
    if (request === 0) status(400)(answer);
    else await ok(answer, request);
  });
  const tracing = await traceWith({ processor: "batch:queue=100,batch=50" }, backend);
  emit(40);
  const half = tracing.flush().catch((error: Error) => error.message);
  emit(40);
  await assert.rejects(
    Promise.all([half, tracing.shutdown(5000)]).then(([message]) => Promise.reject(new Error(String(message)))),
    /Bad Request/,
  );
  unregister();
  const ledger = ledgerOf(tracing, backend);
  assert.equal(ledger.exported - ledger.exportedLate, 40);
  assert.equal(tracing.counts()!.unresolved.count, 0);
  assert.equal(ledger.residual, 0);
});

test("batches that meet the exporter's concurrency limit at shutdown are lost under that name", async () => {
  await using backend = await startBackend(afterMs(50));
  const tracing = await traceWith(
    { processor: "batch:queue=4000,batch=100", exporter: "otlp-http/json:concurrency=30" },
    backend,
  );
  emit(4000);
  const ledger = await closeLedgerOf(tracing, backend);
  // One batch leaves at once when it is full, 39 at shutdown: 30 at a time are let through.
  assert.deepEqual(ledger.exportFailed, { "concurrency limit": 1000 });
  assert.equal(ledger.received, 3000);
  assert.equal(ledger.residual, 0);
});

test("a batch the processor gave up on, and that the backend took, counts as exported", async () => {
  await using backend = await startBackend(afterMs(300));
  const tracing = await traceWith({ processor: "batch:timeout=50ms" }, backend);
  emit(100);
  const ledger = await closeLedgerOf(tracing, backend);
  assert.equal(ledger.exported, 100);
  assert.equal(ledger.received, 100);
  assert.deepEqual(ledger.exportFailed, {});
  assert.equal(ledger.residual, 0);
});

test("a batch the exporter gave up on, and that the backend took, counts as exported late", async () => {
  await using backend = await startBackend(() => undefined);
  const tracing = await traceWith({ exporter: "otlp-http/json:timeout=100ms" }, backend);
  emit(100);
  const ledger = await closeLedgerOf(tracing, backend);
  assert.deepEqual(ledger.exportFailed, { timeout: 0 });
  assert.equal(ledger.exportedLate, 100);
  assert.equal(ledger.residual, 0);
});

test("a batch whose outcome is not known when time is up is asked for at the backend", async () => {
  await using backend = await startBackend(() => undefined);
  const parts = { processor: "batch:queue=100,batch=50,timeout=1s", exporter: "otlp-http/json:timeout=1s" };
  const tracing = await traceWith(parts, backend);
  emit(120);
  const ledger = await closeLedgerOf(tracing, backend, 300);
  assert.equal(tracing.counts()!.unresolved.count, 120 - ledger.queueFull);
  assert.equal(ledger.exportedLate, 120 - ledger.queueFull);
  assert.equal(ledger.stillQueued, 0);
  assert.equal(ledger.residual, 0);
});

for (const [what, behave, reason] of [
  ["503", status(503, { "retry-after": "60" }), "http 503"],
  ["429", status(429, { "retry-after": "60" }), "http 429"],
  ["400", status(400), "http 400"],
  ["a closed connection", (answer: ServerResponse) => void answer.destroy(), "connection reset"],
] as const) {
  test(`a backend that answers with ${what} is named as the reason`, async () => {
    await using backend = await startBackend(behave);
    backend.takes = () => false;
    const tracing = await traceWith({ exporter: "otlp-http/json:timeout=500ms" }, backend);
    emit(10);
    const ledger = await closeLedgerOf(tracing, backend);
    assert.deepEqual(ledger.exportFailed, { [reason]: 10 });
    assert.equal(ledger.residual, 0);
  });
}

for (const exporter of ["otlp-http/protobuf:timeout=500ms", "otlp-http/json:timeout=500ms", "otlp-grpc", "zipkin"]) {
  test(`${exporter} with nobody listening fails with "connection refused"`, async () => {
    const backend = await startBackend();
    await backend[Symbol.asyncDispose]();
    const tracing = await traceWith({ exporter }, backend);
    emit(10);
    const ledger = await closeLedgerOf(tracing, backend);
    assert.deepEqual(ledger.exportFailed, { "connection refused": 10 });
    assert.equal(ledger.residual, 0);
  });
}

test("what the backend rejects in an answer that says success is not counted as received", async () => {
  await using backend = await startBackend((answer) => {
    backend.rejected += 7;
    answer.writeHead(200, { "content-type": "application/json" }).end('{"partialSuccess":{"rejectedSpans":7}}');
  });
  backend.takes = (place) => place >= 7;
  const tracing = await traceWith({}, backend);
  emit(10);
  const ledger = await closeLedgerOf(tracing, backend);
  assert.equal(ledger.exported, 10);
  assert.equal(ledger.received, 3);
  assert.equal(ledger.rejectedByBackend, 7);
  assert.equal(ledger.residual, 0);
});

test("retries that deliver twice show as duplicates, and count once", async () => {
  await using backend = await startBackend((answer, request) =>
    request === 0 ? status(503, { "retry-after": "0" })(answer) : ok(answer, request),
  );
  const tracing = await traceWith({}, backend);
  emit(10);
  const ledger = await closeLedgerOf(tracing, backend);
  assert.equal(ledger.received, 10);
  assert.equal(ledger.duplicates, 10);
  assert.equal(ledger.residual, 0);
});

test("exports that overlap after failures are kept apart", async () => {
  await using backend = await startBackend(async (answer, request) => {
    await sleep((request % 5) * 20);
    if (request % 3 === 0) status(400)(answer);
    else await ok(answer, request);
  });
  const tracing = await traceWith({ processor: "batch:queue=1000,batch=10,delay=10ms,timeout=15ms" }, backend);
  for (let burst = 0; burst < 20; burst++) {
    emit(25);
    await sleep(5);
  }
  const ledger = await closeLedgerOf(tracing, backend);
  assert.equal(ledger.sampled, 500);
  assert.equal(ledger.received, 500);
  assert.ok(ledger.exportedLate > 0);
  assert.equal(ledger.residual, 0);
});

test("a span that ends after shutdown is counted as such, one that never ends as unended", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({}, backend);
  const tracer = trace.getTracer("test");
  const [late, never] = [tracer.startSpan("late"), tracer.startSpan("never")];
  emit(5);
  await tracing.shutdown(5000);
  late.end();
  emit(3);
  unregister();
  const ledger = ledgerOf(tracing, backend);
  assert.equal(ledger.received, 5);
  assert.equal(ledger.afterShutdown, 4);
  assert.equal(ledger.unended, 1);
  assert.equal(ledger.residual, 0);
  never.end();
});

test("spans that suppression keeps from starting are counted outside the equations", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({}, backend);
  context.with(suppressTracing(context.active()), () => emit(4));
  emit(1);
  const ledger = await closeLedgerOf(tracing, backend);
  assert.equal(ledger.started, 1);
  assert.equal(ledger.suppressed, 4);
  assert.equal(ledger.residual, 0);
});
