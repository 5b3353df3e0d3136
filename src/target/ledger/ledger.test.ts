/** Whatever SDK, exporter and sink do: the ledger has no residual, and lost spans have names. Runs the pinned SDK. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import fc from "fast-check";
import { spansLost, type Ledger } from "../../record/ledger.ts";
import { requestIdAttribute } from "../request-id.ts";
import { closeLedgerOf, emit, ledgerOf, ok, startBackend, traceWith, unregister } from "../tracing.fixture.ts";
import type { Behaviour } from "../tracing.fixture.ts";
import type { Tracing, TracingOptions } from "../tracing.ts";
import { readLostSpans } from "./lost-spans.ts";

const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  (answer) =>
    void answer.writeHead(code, headers).end();
const afterMs =
  (ms: number): Behaviour =>
  async (answer) => {
    await sleep(ms);
    void ok(answer, 0);
  };
const hang: Behaviour = () => undefined;
const reset: Behaviour = (answer: ServerResponse) => void answer.destroy();

const namesOf = (tracing: Tracing): Set<string> => {
  const { spanId } = readLostSpans(tracing.lostSpans()!);
  return new Set(spanId.values().map((id) => id.toString(16).padStart(16, "0")));
};

interface Case {
  readonly parts?: Partial<TracingOptions>;
  readonly sink?: Behaviour;
  /** Which spans of a request the sink takes, by position. */
  readonly takes?: (position: number) => boolean;
  readonly rejectedEach?: number;
  readonly spans: number;
  readonly closeMs?: number;
  readonly expected: Partial<Ledger>;
}

const FAST = "otlp-http/json:timeout=500ms";
const cases: Readonly<Record<string, Case>> = {
  "spans that find the queue full": {
    parts: { processor: "batch:queue=64,batch=16" },
    spans: 1000,
    // one batch leaves at once, when it is full
    expected: { queueFull: 1000 - 64 - 16, received: 64 + 16 },
  },
  "batches that meet the exporter's concurrency limit at shutdown": {
    parts: { processor: "batch:queue=4000,batch=100", exporter: "otlp-http/json:concurrency=30" },
    sink: afterMs(50),
    spans: 4000,
    // one batch leaves at once, 39 at shutdown: 30 at a time
    expected: { exportFailed: { "concurrency limit": 1000 }, received: 3000 },
  },
  "a batch that the processor gave up and the sink took": {
    parts: { processor: "batch:timeout=50ms" },
    sink: afterMs(300),
    spans: 100,
    expected: { exported: 100, received: 100, exportFailed: {} },
  },
  "a batch that the exporter gave up and the sink took": {
    parts: { exporter: "otlp-http/json:timeout=100ms" },
    sink: hang,
    spans: 100,
    expected: { exportFailed: { timeout: 0 }, exportedLate: 100 },
  },
  "batches without an answer when the time is up": {
    parts: { processor: "batch:queue=200,batch=50,timeout=1s", exporter: "otlp-http/json:timeout=1s" },
    sink: hang,
    spans: 120,
    closeMs: 300,
    expected: { exportedLate: 120, stillQueued: 0 },
  },
  "spans that the sink rejects in an answer that says success": {
    sink: (answer) => {
      answer.writeHead(200, { "content-type": "application/json" });
      answer.end('{"partialSuccess":{"rejectedSpans":7}}');
    },
    takes: (position) => position >= 7,
    rejectedEach: 7,
    spans: 10,
    expected: { exported: 10, received: 3, rejectedByBackend: 7 },
  },
  "retries that deliver twice": {
    sink: (answer, request) =>
      request === 0 ? status(503, { "retry-after": "0" })(answer, request) : ok(answer, request),
    spans: 10,
    expected: { received: 10, duplicates: 10 },
  },
  ...Object.fromEntries(
    (
      [
        ["http 503", status(503, { "retry-after": "60" })],
        ["http 429", status(429, { "retry-after": "60" })],
        ["http 400", status(400)],
        ["connection reset", reset],
      ] as const
    ).map(([reason, sink]): [string, Case] => [
      `a sink that refuses: ${reason}`,
      { parts: { exporter: FAST }, sink, takes: () => false, spans: 10, expected: { exportFailed: { [reason]: 10 } } },
    ]),
  ),
};

for (const [what, { parts = {}, sink = ok, takes, rejectedEach, spans, closeMs, expected }] of Object.entries(cases)) {
  test(`counted: ${what}`, async () => {
    await using backend = await startBackend(async (answer, request) => {
      backend.rejected += rejectedEach ?? 0;
      await sink(answer, request);
    });
    if (takes !== undefined) backend.takes = takes;
    const tracing = await traceWith(parts, backend);
    emit(spans);
    const ledger = await closeLedgerOf(tracing, backend, closeMs);
    assert.deepEqual({ ...ledger, ...expected }, ledger);
    assert.equal(ledger.residual, 0);
  });
}

for (const exporter of ["otlp-http/protobuf:timeout=500ms", FAST, "otlp-grpc", "zipkin"]) {
  test(`${exporter} without a listener fails with "connection refused"`, async () => {
    const backend = await startBackend();
    await backend[Symbol.asyncDispose]();
    const tracing = await traceWith({ exporter }, backend);
    emit(10);
    const ledger = await closeLedgerOf(tracing, backend);
    assert.deepEqual(ledger.exportFailed, { "connection refused": 10 });
    assert.equal(ledger.residual, 0);
  });
}

const baseDir = await mkdtemp(join(tmpdir(), "spantoll-ledger-"));
after(() => rm(baseDir, { recursive: true }));

for (const [what, body, exportFailed] of [
  ["fails without a reason", "(spans, done) => done({ code: 1 })", { "no reason given": 10 }],
  ["answers twice", "(spans, done) => { done({ code: 0 }); done({ code: 1 }); }", {}],
  ["throws", "() => { throw new Error('disk full'); }", { "disk full": 10 }],
] as const) {
  test(`counted: an exporter that ${what}`, async () => {
    const name = `./${what.replaceAll(" ", "-")}.mjs`;
    await writeFile(join(baseDir, name), `export default { export: ${body}, shutdown: async () => {} };`);
    const tracing = await traceWith({ exporter: `module:${name}`, processor: "batch:timeout=1s", baseDir });
    emit(10);
    const ledger = await closeLedgerOf(tracing);
    assert.deepEqual(ledger.exportFailed, exportFailed);
    assert.equal(ledger.residual, 0);
  });
}

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
  const first = tracing.flush().catch((error: Error) => error.message);
  emit(40);
  const [message] = await Promise.all([first, tracing.shutdown(5000).catch(() => undefined)]);
  assert.match(String(message), /Bad Request/);
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
      if (flushes) await tracing.flush(50).catch(() => undefined);
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
