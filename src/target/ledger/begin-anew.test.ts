/** Where the counts of one trial end and those of the next begin, in the same process. Runs the pinned SDK. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { trace } from "@opentelemetry/api";
import { afterMs, closeLedgerOf, emit, startBackend, status, traceWith, unregister } from "../tracing.fixture.ts";
import { readLostSpans } from "./lost-spans.ts";

test("counts that begin anew at rest have nothing of what was before, lost spans neither", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({ processor: "batch:queue=20,batch=10" }, backend);
  emit(50);
  await tracing.flush();
  assert.equal(tracing.isAtRest, true);
  const { sampled, queueFull } = tracing.counts()!;
  assert.ok(queueFull > 0 && sampled === 50);
  tracing.countAnew();
  assert.equal(readLostSpans(tracing.lostSpans()!).spanId.length, 0);
  backend.spanIds.clear();
  emit(7);
  const ledger = await closeLedgerOf(tracing, backend);
  assert.deepEqual([ledger.started, ledger.sampled, ledger.received, ledger.residual], [7, 7, 7, 0]);
});

test("with a span open, in the queue, under way or failed, a process is not at rest", async () => {
  await using backend = await startBackend(afterMs(50));
  const tracing = await traceWith({ processor: "batch:delay=60s" }, backend);
  const open = trace.getTracer("test").startSpan("open");
  assert.equal(tracing.isAtRest, false);
  open.end();
  assert.equal(tracing.isAtRest, false, "in the queue");
  const flushed = tracing.flush();
  await sleep(20);
  assert.equal(tracing.isAtRest, false, "under way");
  await flushed;
  assert.equal(tracing.isAtRest, true);
  backend.behave = status(400);
  emit(1);
  await tracing.flush();
  assert.equal(tracing.isAtRest, false, "failed: it may have arrived");
  await tracing.shutdown(1000);
  unregister();
});

test("without a ledger it is unknown, so never at rest", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({ counted: false }, backend);
  assert.equal(tracing.isAtRest, false);
  await tracing.shutdown(1000);
  unregister();
});
