import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeOtlpProtobuf } from "../decode/otlp-protobuf.ts";
import { protobufOf, rowsOf, someSpans } from "../spans.fixture.ts";
import { ReceivedSpans } from "./received-spans.ts";
import { StringTable } from "./string-table.ts";
import { SPAN_ID, TRACE_HIGH, TRACE_LOW } from "./span-rows.ts";
import { SpanIdSet } from "./span-id-set.ts";

const word = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer());
const id = fc.tuple(word, word).filter(([first, second]) => (first | second) !== 0);

describe("the set of span ids", () => {
  it("counts what a Set counts, for any stream of ids within its window", () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 300 }), (ids) => {
        const ours = new SpanIdSet(1 << 10);
        const theirs = new Set<string>();
        for (const [first, second] of ids) {
          assert.equal(ours.add(first, second), !theirs.has(`${first} ${second}`));
          theirs.add(`${first} ${second}`);
        }
        for (const [first, second] of ids) assert.ok(ours.has(first, second));
      }),
    );
  });

  it("counts hundreds of thousands of ids once, counters as well as random ones, and knows them again", () => {
    const ids = new SpanIdSet();
    for (let i = 1; i <= 200_000; i++) assert.ok(ids.add(0, i) && ids.add(Math.imul(i, 0x9e3779b1), i));
    for (let i = 1; i <= 200_000; i++) assert.ok(!ids.add(0, i) && !ids.add(Math.imul(i, 0x9e3779b1), i));
    assert.ok(!ids.has(1, 0));
  });

  it("forgets the oldest when its window is exceeded, and still knows the latest", () => {
    const ids = new SpanIdSet(1 << 10);
    const generation = (1 << 10) * 0.75;
    for (let i = 1; i <= generation * 2 - 1; i++) ids.add(i, i);
    assert.ok(ids.has(1, 1));
    ids.add(generation * 2, 1);
    assert.ok(!ids.has(1, 1) && ids.has(generation + 1, generation + 1) && ids.has(generation * 2, 1));
  });
});

describe("the string table", () => {
  it("cuts long names, and counts what is new as one when it is full", () => {
    const strings = new StringTable();
    const long = Buffer.alloc(20_000_000, "x");
    assert.equal(strings.intern(long, 0, long.length), strings.intern(long, 0, long.length - 1));
    const names = Array.from({ length: 400_000 }, (_, at) => Buffer.from(`name ${at}`));
    const numbers = names.map((name) => strings.intern(name, 0, name.length));
    assert.ok(strings.strings.length < names.length, `${strings.strings.length} strings are kept`);
    assert.match(strings.strings[numbers.at(-1)!]!, /other/);
    assert.equal(strings.intern(names[0]!, 0, names[0]!.length), numbers[0]);
    assert.ok(strings.strings.every(({ length }) => length <= 1024));
  });

  it("knows strings again after the body they came in was written over", () => {
    const strings = new StringTable();
    const body = Buffer.from("orders");
    const number = strings.intern(body, 0, 6);
    body.write("basket");
    assert.equal(strings.intern(Buffer.from("orders"), 0, 6), number);
    assert.notEqual(strings.intern(body, 0, 6), number);
  });

  it("gives equal bytes one number and forgets the latest on request, for any words", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.array(fc.string()), (kept, abandoned) => {
        const strings = new StringTable();
        const numberOf = (text: string): number => {
          const bytes = Buffer.from(`<${text}>`);
          return strings.intern(bytes, 1, bytes.length - 1);
        };
        const numbers = kept.map(numberOf);
        const count = strings.strings.length;
        for (const text of abandoned) numberOf(text);
        strings.truncate(count);
        assert.deepEqual(kept.map(numberOf), numbers);
        assert.equal(strings.strings.length, count);
        kept.forEach((text, place) => assert.equal(strings.strings[numbers[place]!], Buffer.from(text).toString()));
        assert.equal(new Set(strings.strings).size, count);
      }),
      { numRuns: 50 },
    );
  });
});

describe("received spans", () => {
  const spans = someSpans(40);
  const decode = (store: ReceivedSpans, from: number, to: number): void =>
    decodeOtlpProtobuf(protobufOf(spans.slice(from, to)), store.rows);

  it("count a span once and count its repetitions", () => {
    const store = new ReceivedSpans();
    for (const [from, to] of [
      [0, 20],
      [10, 30],
      [0, 40],
      [5, 6],
    ] as const) {
      decode(store, from, to);
      store.commit();
    }
    const { received, duplicates, batches } = store.counts();
    assert.deepEqual({ received, duplicates, batches }, { received: 40, duplicates: 41, batches: 4 });
    const names = rowsOf(store.spans()).map(({ spanId }) => spanId);
    assert.deepEqual(
      names,
      spans.map((span) => span.spanContext().spanId),
    );
  });

  it("keep rejected spans out, and apart", () => {
    const store = new ReceivedSpans();
    decode(store, 0, 4);
    store.commit(Uint8Array.of(0, 1, 1, 0));
    const { received, rejected } = store.counts();
    assert.deepEqual({ received, rejected }, { received: 2, rejected: 2 });
    assert.deepEqual(
      rowsOf(store.spans()).map(({ spanId }) => spanId),
      [0, 3].map((place) => spans[place]!.spanContext().spanId),
    );
    const { traceIdHigh, traceIdLow, spanId } = store.rejected();
    const hex = (id: bigint): string => id.toString(16).padStart(16, "0");
    assert.deepEqual(
      Array.from(spanId, (id, row) => [hex(traceIdHigh[row]!) + hex(traceIdLow[row]!), hex(id)]),
      [1, 2].map((place) => [spans[place]!.spanContext().traceId, spans[place]!.spanContext().spanId]),
    );
  });

  it("hold nothing of a batch that broke off", () => {
    const store = new ReceivedSpans();
    decode(store, 0, 4);
    store.commit();
    const before = store.spans();
    const broken = protobufOf(someSpans(40, "another service")).subarray(0, -3);
    assert.throws(() => decodeOtlpProtobuf(broken, store.rows));
    store.rows.abandon();
    assert.deepEqual(store.spans(), before);
    decode(store, 0, 40);
    store.commit();
    assert.equal(store.counts().received, 40);
    assert.ok(!store.spans().strings.includes("another service"));
  });

  it("keep rows in the order they came, however many, the rejected ones too", () => {
    const store = new ReceivedSpans();
    const { rows } = store;
    const everySecond = Uint8Array.from({ length: 1000 }, (_, row) => row % 2);
    for (let id = 1; id <= 140_000;) {
      for (let span = 0; span < 1000; span++, id++) {
        rows.beginSpan();
        rows.setWide(SPAN_ID, 0, id);
        rows.setWide(TRACE_HIGH, 5, id);
        rows.setWide(TRACE_LOW, id, 7);
        rows.setRequestId(id / 2);
        rows.endSpan();
      }
      store.commit(everySecond);
    }
    for (const [first, { spanId, traceIdHigh, traceIdLow, requestId }] of [
      [1, store.spans()],
      [2, store.rejected()],
    ] as const) {
      assert.equal(spanId.length, 70_000);
      for (let row = 0; row < spanId.length; row++) {
        const id = BigInt(first + 2 * row);
        const trace = traceIdHigh[row] === (5n << 32n) + id && traceIdLow[row] === (id << 32n) + 7n;
        if (spanId[row] === id && trace && requestId[row] === Number(id) / 2) continue;
        assert.fail(`row ${row} has id ${spanId[row]}, trace ${traceIdLow[row]}, request ${requestId[row]}`);
      }
    }
  });

  it("count which ids arrived", () => {
    const store = new ReceivedSpans();
    decode(store, 0, 20);
    store.commit(Uint8Array.of(1));
    const ids = spans.slice(0, 25).map((span) => Buffer.from(span.spanContext().spanId, "hex"));
    assert.equal(store.countArrived(Buffer.concat(ids)), 19);
  });
});
