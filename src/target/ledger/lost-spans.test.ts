import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { trace } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { LostSpans, readLostSpans } from "./lost-spans.ts";
import { requestIdAttribute } from "../request-id.ts";
import { closeLedgerOf, emit, ok, startBackend, traceWith, type Behaviour } from "../tracing.fixture.ts";

const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef".split("")), minLength: digits, maxLength: digits });
const requestIds = fc.option(fc.maxSafeNat(), { nil: undefined });
const ids = fc.record({ traceId: hex(32), spanId: hex(16), requestId: requestIds }, { noNullPrototype: true });
type Ids = typeof ids extends fc.Arbitrary<infer T> ? T : never;

function spanOf({ traceId, spanId, requestId }: Ids): ReadableSpan {
  const attributes = requestIdAttribute(requestId === undefined ? undefined : String(requestId));
  return {
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
    attributes,
  } as Partial<ReadableSpan> as ReadableSpan;
}

const asHex = (id: bigint): string => id.toString(16).padStart(16, "0");

function read(told: string): Ids[] {
  const { traceIdHigh, traceIdLow, spanId, requestId } = readLostSpans(told);
  return Array.from(spanId, (id, row) => ({
    traceId: asHex(traceIdHigh[row]!) + asHex(traceIdLow[row]!),
    spanId: asHex(id),
    requestId: Number.isNaN(requestId[row]!) ? undefined : requestId[row]!,
  }));
}

test("spans are told by the ids they had, and by their request's where they carry it", () => {
  fc.assert(
    fc.property(fc.array(ids), fc.array(ids), (added, further) => {
      const lost = new LostSpans();
      for (const span of added) lost.add(spanOf(span));
      assert.deepEqual(read(lost.toBase64(further.map(spanOf))), [...added, ...further]);
      assert.deepEqual(read(lost.toBase64()), added, "what was told beside them is not kept");
    }),
    { seed: 20261124 },
  );
});

const numbered = (length: number): Ids[] =>
  Array.from({ length }, (_, index): Ids => {
    const id = index.toString(16).padStart(16, "0");
    return { traceId: id + id, spanId: id, requestId: index };
  });

test("the latest spans have names, as many as there is room for: those of the warm-up are forgotten first", () => {
  const lost = new LostSpans(9000);
  for (const [added, latest] of [
    [9000, []],
    [20_000, []],
    [21_000, numbered(500)],
    [21_001, numbered(9001)],
  ] as const) {
    const spans = numbered(added);
    const before = read(lost.toBase64()).at(-1)?.requestId ?? -1;
    for (const span of spans.slice(before + 1)) lost.add(spanOf(span));
    assert.deepEqual(read(lost.toBase64(latest.map(spanOf))), [...spans, ...latest].slice(-9000));
  }
});

test("a service that does not number its requests has lost spans all the same", () => {
  const [span] = read(told({ ...requestIdAttribute("a-uuid") }));
  assert.equal(span!.requestId, undefined);
});

function told(attributes: ReadableSpan["attributes"]): string {
  const lost = new LostSpans();
  lost.add({ ...spanOf({ traceId: "1".repeat(32), spanId: "1".repeat(16), requestId: undefined }), attributes });
  return lost.toBase64();
}

/** 1,000 spans through the given pipeline: the ids that the counter name, and those that arrived. */
async function lose(processor: string, behave: Behaviour) {
  await using backend = await startBackend(behave);
  const tracing = await traceWith({ processor, exporter: "otlp-http/json:timeout=200ms" }, backend);
  emit(1000);
  await sleep(0);
  const ledger = await closeLedgerOf(tracing, backend);
  return { ledger, named: read(tracing.lostSpans()!), arrived: backend.spanIds };
}

test("nothing is named where nothing is lost", async () => {
  const { named, arrived } = await lose("batch", ok);
  assert.deepEqual([named, arrived.size], [[], 1000]);
});

test("what the queue has no room for is named: these spans and no others", async () => {
  const { ledger, named, arrived } = await lose("batch:queue=64,batch=16", ok);
  assert.ok(ledger.queueFull > 800);
  assert.equal(named.length, ledger.queueFull);
  assert.equal(new Set([...named.map(({ spanId }) => spanId), ...arrived]).size, 1000);
});

test("batches that failed are named, though they may have arrived", async () => {
  const { named, arrived } = await lose("batch", (answer) => void answer.writeHead(400).end());
  assert.deepEqual([named.length, arrived.size], [1000, 1000]);
});

test("so are batches that arrived and were never answered", async () => {
  await using backend = await startBackend(() => undefined);
  const tracing = await traceWith({ exporter: "otlp-http/json:timeout=2s" }, backend);
  emit(1000);
  void tracing.flush().catch(() => undefined);
  while (backend.spanIds.size < 1000) await sleep(1);
  const { exportedLate } = await closeLedgerOf(tracing, backend, 50);
  assert.equal(exportedLate, 1000);
  assert.equal(new Set(read(tracing.lostSpans()!).map(({ spanId }) => spanId)).size, 1000);
});

test("spans that ended after the shutdown are named", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({}, backend);
  const late = trace.getTracer("test").startSpan("late", { attributes: requestIdAttribute("7") });
  await closeLedgerOf(tracing, backend);
  late.end();
  assert.deepEqual(read(tracing.lostSpans()!), [{ ...idsOf(late), requestId: 7 }]);
});

function idsOf(span: ReturnType<ReturnType<typeof trace.getTracer>["startSpan"]>): Pick<Ids, "traceId" | "spanId"> {
  const { traceId, spanId } = span.spanContext();
  return { traceId, spanId };
}
