/** Property: whatever processor, exporter and backend do, and however spans come, the ledger has no residual, and lost spans have names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { trace } from "@opentelemetry/api";
import fc from "fast-check";
import { spansLost } from "../record/ledger.ts";
import { readLostSpans } from "./ledger/lost-spans.ts";
import { closeLedgerOf, emit, ok, startBackend, traceWith, type Behaviour } from "./tracing.fixture.ts";

const behaviours: Readonly<Record<string, Behaviour>> = {
  healthy: ok,
  hangs: () => undefined,
  refuses: (answer) => void answer.writeHead(400).end(),
  resets: (answer) => void answer.destroy(),
  retryable: (answer) => void answer.writeHead(503, { "retry-after": "1" }).end(),
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
      .record({
        queue: fc.integer({ min: 20, max: 200 }),
        batch: fc.integer({ min: 1, max: 20 }),
        delay: fc.integer({ min: 0, max: 50 }),
        timeout: fc.integer({ min: 5, max: 200 }),
      })
      .map(
        ({ queue, batch, delay, timeout }) =>
          `batch:queue=${queue},batch=${batch},delay=${delay}ms,timeout=${timeout}ms`,
      ),
  ),
  exporter: fc
    .tuple(fc.constantFrom("otlp-http/json", "otlp-http/protobuf"), fc.integer({ min: 1, max: 40 }))
    .map(([kind, concurrency]) => `${kind}:timeout=100ms,concurrency=${concurrency}`),
  /** What the backend does with one request after the other, in turn. */
  answers: fc.array(fc.constantFrom(...Object.keys(behaviours)), { minLength: 1, maxLength: 4 }),
  bursts: fc.array(fc.record({ spans: fc.integer({ min: 0, max: 150 }), pauseMs: fc.integer({ min: 0, max: 15 }) }), {
    maxLength: 5,
  }),
  flushes: fc.boolean(),
  shutdownMs: fc.constantFrom(30, 400),
});

test("the ledger has no residual, and the books name every lost span that has ended and left the queue, in any of many scenarios", async () => {
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
      const spans = 1 + bursts.reduce((total, burst) => total + burst.spans, 0);
      assert.equal(ledger.started, spans);
      assert.equal(ledger.residual, 0);
      assert.equal(ledger.lostOnTheWay, 0);
      const { spanId } = readLostSpans(tracing.lostSpans()!);
      const named = new Set(spanId.values().map((id) => id.toString(16).padStart(16, "0")));
      const lost = named.difference(backend.spanIds);
      assert.equal(lost.size, spansLost(ledger) - ledger.unended - tracing.counts()!.stillQueued);
      open.end();
    }),
    { numRuns: 25, seed: 20261122, endOnFailure: true },
  );
});
