/** Whatever SDK, exporter and sink do: the ledger has no residual, and lost spans have names. Runs the pinned SDK. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import fc from "fast-check";
import { spansLost } from "../../record/ledger.ts";
import { requestIdAttribute } from "../request-id.ts";
import {
  closeLedgerOf,
  emit,
  hang,
  ledgerOf,
  ok,
  reset,
  startBackend,
  status,
  traceWith,
  unregister,
  type Behaviour,
} from "../tracing.fixture.ts";
import type { Tracing } from "../tracing.ts";
import { readLostSpans } from "./lost-spans.ts";

const namesOf = (tracing: Tracing): Set<string> => {
  const { spanId } = readLostSpans(tracing.lostSpans()!);
  return new Set(spanId.values().map((id) => id.toString(16).padStart(16, "0")));
};

test("a flush waits for the batch under way, which the SDK's forceFlush does not", async () => {
  for (const counted of [true, false]) {
    let answered = 0;
    await using backend = await startBackend(async (answer) => {
      await sleep(200);
      answered++;
      void ok(answer, 0);
    });
    const tracing = await traceWith({ processor: "batch:queue=100,batch=50", counted }, backend);
    emit(50);
    await sleep(20);
    await tracing.flush();
    assert.equal(answered, counted ? 1 : 0);
    await tracing.shutdown(5000);
    unregister();
  }
});

test("a shutdown that fails at the first batch waits for the answers to the others", async () => {
  await using backend = await startBackend(async (answer, request) => {
    if (request > 0) await sleep(200);
    await (request === 0 ? status(400) : ok)(answer, request);
  });
  const tracing = await traceWith({ processor: "batch:queue=100,batch=50" }, backend);
  emit(40);
  const first = tracing.flush();
  emit(40);
  await Promise.all([first, tracing.shutdown(5000)]);
  unregister();
  const ledger = ledgerOf(tracing, backend);
  assert.equal(ledger.exported - ledger.exportedLate, 40);
  assert.equal(tracing.counts()!.unresolved.count, 0);
  assert.equal(ledger.residual, 0);
});

test("exports that overlap after failures are kept apart", async () => {
  await using backend = await startBackend(async (answer, request) => {
    await sleep((request % 5) * 20);
    await (request % 3 === 0 ? status(400) : ok)(answer, request);
  });
  const tracing = await traceWith({ processor: "batch:queue=1000,batch=10,delay=10ms,timeout=15ms" }, backend);
  for (let burst = 0; burst < 20; burst++) {
    emit(25);
    await sleep(5);
  }
  const ledger = await closeLedgerOf(tracing, backend);
  assert.deepEqual([ledger.sampled, ledger.received, ledger.residual], [500, 500, 0]);
  assert.ok(ledger.exportedLate > 0);
});

test("a span that ends after the shutdown is counted and named; one that never ends is unended", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({}, backend);
  const tracer = trace.getTracer("test");
  const late = tracer.startSpan("late", { attributes: requestIdAttribute("7") });
  const never = tracer.startSpan("never");
  emit(5);
  await tracing.shutdown(5000);
  late.end();
  unregister();
  const { received, afterShutdown, unended, residual } = ledgerOf(tracing, backend);
  assert.deepEqual(
    { received, afterShutdown, unended, residual },
    { received: 5, afterShutdown: 1, unended: 1, residual: 0 },
  );
  assert.deepEqual(namesOf(tracing), new Set([late.spanContext().spanId]));
  assert.deepEqual([...readLostSpans(tracing.lostSpans()!).requestId], [7]);
  never.end();
});

test("spans that suppression keeps from starting are counted apart", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({}, backend);
  context.with(suppressTracing(context.active()), () => emit(4));
  emit(1);
  const { started, suppressed, residual } = await closeLedgerOf(tracing, backend);
  assert.deepEqual({ started, suppressed, residual }, { started: 1, suppressed: 4, residual: 0 });
});

test("decisions are counted for all spans, and for local roots apart", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({ sampler: "parentbased:ratio:0.5" }, backend);
  const tracer = trace.getTracer("test");
  for (let index = 0; index < 200; index++)
    tracer.startActiveSpan("root", (root) => {
      tracer.startActiveSpan("child", (child) => child.end());
      root.end();
    });
  const ledger = await closeLedgerOf(tracing, backend);
  const { rootsStarted, rootsSampled } = tracing.counts()!;
  assert.deepEqual([rootsStarted, ledger.started, ledger.residual], [200, 400, 0]);
  assert.deepEqual([ledger.sampled, ledger.unsampled], [2 * rootsSampled, 400 - 2 * rootsSampled]);
  assert.equal(ledger.received, ledger.sampled);
});

test("a tail sampler's spans are exported, rejected or evicted", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({ sampler: "tail:errors,buffer=1000" }, backend);
  const tracer = trace.getTracer("test");
  for (let index = 0; index < 100; index++)
    tracer.startActiveSpan("root", (root) => {
      tracer.startSpan("child").end();
      if (index % 10 === 0) root.setStatus({ code: SpanStatusCode.ERROR });
      if (index !== 99) root.end();
    });
  const { received, tailRejected, tailEvicted, unended, residual } = await closeLedgerOf(tracing, backend);
  assert.deepEqual([received, tailRejected, tailEvicted, unended, residual], [20, 178, 1, 1, 0]);
});

const behaviours: Readonly<Record<string, Behaviour>> = {
  healthy: ok,
  hang,
  refuse: status(400),
  reset,
  retryable: status(503, { "retry-after": "1" }),
  slow: (answer) => void setTimeout(() => void ok(answer, 0), 120),
};
const scenario = fc.record({
  sampler: fc.constantFrom(
    "always_on",
    "ratio:0.5",
    "parentbased:probability:0.3",
    "rate:100/s",
    "tail:ratio=0.5,buffer=30",
  ),
  processor: fc.oneof(
    fc.constant("simple"),
    fc
      .tuple(
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(50),
        fc.integer({ min: 5, max: 200 }),
      )
      .map(
        ([queue, batch, delay, timeout]) => `batch:queue=${queue},batch=${batch},delay=${delay}ms,timeout=${timeout}ms`,
      ),
  ),
  exporter: fc
    .tuple(fc.constantFrom("otlp-http/json", "otlp-http/protobuf"), fc.integer({ min: 1, max: 40 }))
    .map(([kind, concurrency]) => `${kind}:timeout=100ms,concurrency=${concurrency}`),
  /** What the sink does with one request after the other, in turn. */
  answers: fc.array(fc.constantFrom(...Object.keys(behaviours)), { minLength: 1, maxLength: 4 }),
  bursts: fc.array(fc.record({ spans: fc.nat(150), pauseMs: fc.nat(15) }), { maxLength: 5 }),
  flushes: fc.boolean(),
  shutdownMs: fc.constantFrom(30, 400),
});

test("in any scenario the residual is 0, and every lost span that has ended and left the queue has a name", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ sampler, processor, exporter, answers, bursts, flushes, shutdownMs }) => {
      await using backend = await startBackend((answer, request) =>
        behaviours[answers[request % answers.length]!]!(answer, request),
      );
      const tracing = await traceWith({ sampler, processor, exporter }, backend);
      const open = trace.getTracer("test").startSpan("never ends");
      for (const { spans, pauseMs } of bursts) {
        emit(spans);
        await sleep(pauseMs);
      }
      if (flushes) await tracing.flush(50);
      const ledger = await closeLedgerOf(tracing, backend, shutdownMs);
      const started = 1 + bursts.reduce((total, { spans }) => total + spans, 0);
      assert.deepEqual([ledger.started, ledger.residual, ledger.lostOnTheWay], [started, 0, 0]);
      const lost = namesOf(tracing).difference(backend.spanIds);
      assert.equal(lost.size, spansLost(ledger) - ledger.unended - tracing.counts()!.stillQueued);
      open.end();
    }),
    { numRuns: 25, seed: 20261122, endOnFailure: true },
  );
});
