import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { LostSpans, readLostSpans } from "./lost-spans.ts";
import { requestIdAttribute } from "../request-id.ts";

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

function read(text: string): Ids[] {
  const { traceIdHigh, traceIdLow, spanId, requestId } = readLostSpans(text);
  return Array.from(spanId, (id, row) => ({
    traceId: asHex(traceIdHigh[row]!) + asHex(traceIdLow[row]!),
    spanId: asHex(id),
    requestId: Number.isNaN(requestId[row]!) ? undefined : requestId[row]!,
  }));
}

test("spans have their ids, and their request's if they carry it", () => {
  fc.assert(
    fc.property(fc.array(ids), fc.array(ids), (added, further) => {
      const lost = new LostSpans();
      for (const span of added) lost.add(spanOf(span));
      assert.deepEqual(read(lost.toBase64(further.map(spanOf))), [...added, ...further]);
      assert.deepEqual(read(lost.toBase64()), added, "further spans are not kept");
    }),
    { seed: 20261124 },
  );
});

const numbered = (length: number): Ids[] =>
  Array.from({ length }, (_, index): Ids => {
    const id = index.toString(16).padStart(16, "0");
    return { traceId: id + id, spanId: id, requestId: index };
  });

test("the latest spans have names, as many as there is room for", () => {
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

test("a service that does not number its requests has lost spans too", () => {
  const [span] = read(named({ ...requestIdAttribute("a-uuid") }));
  assert.equal(span!.requestId, undefined);
});

function named(attributes: ReadableSpan["attributes"]): string {
  const lost = new LostSpans();
  lost.add({ ...spanOf({ traceId: "1".repeat(32), spanId: "1".repeat(16), requestId: undefined }), attributes });
  return lost.toBase64();
}
