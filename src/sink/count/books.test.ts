import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeOtlpProtobuf } from "../decode/otlp-protobuf.ts";
import { protobufOf, rowsOf, someSpans } from "../spans.fixture.ts";
import { Books } from "./books.ts";
import { Interner } from "./interner.ts";
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
        assert.equal(ours.isExceeded, false);
      }),
    );
  });

  it("counts hundreds of thousands of ids once, counters as well as random ones, and knows them again", () => {
    const ids = new SpanIdSet();
    for (let i = 1; i <= 200_000; i++) assert.ok(ids.add(0, i) && ids.add(Math.imul(i, 0x9e3779b1), i));
    for (let i = 1; i <= 200_000; i++) assert.ok(!ids.add(0, i) && !ids.add(Math.imul(i, 0x9e3779b1), i));
    assert.ok(!ids.has(1, 0));
  });

  it("forgets the oldest when its window is exceeded, says so, and still knows the latest", () => {
    const ids = new SpanIdSet(1 << 10);
    const generation = (1 << 10) * 0.75;
    for (let i = 1; i <= generation * 2 - 1; i++) ids.add(i, i);
    assert.equal(ids.isExceeded, false);
    assert.ok(ids.has(1, 1));
    ids.add(generation * 2, 1);
    assert.equal(ids.isExceeded, true);
    assert.ok(!ids.has(1, 1) && ids.has(generation + 1, generation + 1) && ids.has(generation * 2, 1));
  });
});

describe("the interner", () => {
  it("knows strings again after the body they came in was written over", () => {
    const interner = new Interner();
    const body = Buffer.from("orders");
    const number = interner.intern(body, 0, 6);
    body.write("basket");
    assert.equal(interner.intern(Buffer.from("orders"), 0, 6), number);
    assert.notEqual(interner.intern(body, 0, 6), number);
  });

  it("gives equal bytes one number and forgets what it is told to, for any words", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.array(fc.string()), (kept, abandoned) => {
        const interner = new Interner();
        const numberOf = (text: string): number => {
          const bytes = Buffer.from(`<${text}>`);
          return interner.intern(bytes, 1, bytes.length - 1);
        };
        const numbers = kept.map(numberOf);
        const count = interner.strings.length;
        for (const text of abandoned) numberOf(text);
        interner.truncate(count);
        assert.deepEqual(kept.map(numberOf), numbers);
        assert.equal(interner.strings.length, count);
        kept.forEach((text, place) => assert.equal(interner.strings[numbers[place]!], Buffer.from(text).toString()));
        assert.equal(new Set(interner.strings).size, count);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the books", () => {
  const spans = someSpans(40);
  const decode = (books: Books, from: number, to: number): void =>
    decodeOtlpProtobuf(protobufOf(spans.slice(from, to)), books.rows);

  it("book a span once and count its repetitions", () => {
    const books = new Books(true);
    for (const [from, to] of [
      [0, 20],
      [10, 30],
      [0, 40],
      [5, 6],
    ] as const) {
      decode(books, from, to);
      books.commit();
    }
    const { received, duplicates, batches } = books.counts();
    assert.deepEqual({ received, duplicates, batches }, { received: 40, duplicates: 41, batches: 4 });
    const names = rowsOf(books.spans()!).map(({ spanId }) => spanId);
    assert.deepEqual(
      names,
      spans.map((span) => span.spanContext().spanId),
    );
  });

  it("keep rejected spans out, and apart", () => {
    const books = new Books(true);
    decode(books, 0, 4);
    books.commit(Uint8Array.of(0, 1, 1, 0));
    const { received, rejected } = books.counts();
    assert.deepEqual({ received, rejected }, { received: 2, rejected: 2 });
    assert.deepEqual(
      rowsOf(books.spans()!).map(({ spanId }) => spanId),
      [0, 3].map((place) => spans[place]!.spanContext().spanId),
    );
    const { traceIdHigh, traceIdLow, spanId } = books.rejected()!;
    const hex = (id: bigint): string => id.toString(16).padStart(16, "0");
    assert.deepEqual(
      Array.from(spanId, (id, row) => [hex(traceIdHigh[row]!) + hex(traceIdLow[row]!), hex(id)]),
      [1, 2].map((place) => [spans[place]!.spanContext().traceId, spans[place]!.spanContext().spanId]),
    );
  });

  it("hold nothing of a batch that broke off", () => {
    const books = new Books(true);
    decode(books, 0, 4);
    books.commit();
    const before = books.spans();
    const broken = protobufOf(someSpans(40, "another service")).subarray(0, -3);
    assert.throws(() => decodeOtlpProtobuf(broken, books.rows));
    books.rows.abandon();
    assert.deepEqual(books.spans(), before);
    decode(books, 0, 40);
    books.commit();
    assert.equal(books.counts().received, 40);
    assert.ok(!books.spans()!.strings.includes("another service"));
  });

  it("keep rows in the order they came, however many, the rejected ones too", () => {
    const books = new Books(true);
    const { rows } = books;
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
      books.commit(everySecond);
    }
    for (const [first, { spanId, traceIdHigh, traceIdLow, requestId }] of [
      [1, books.spans()!],
      [2, books.rejected()!],
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

  it("tell which ids arrived, with and without the table", () => {
    for (const keep of [true, false]) {
      const books = new Books(keep);
      decode(books, 0, 20);
      books.commit(Uint8Array.of(1));
      const ids = spans.slice(0, 25).map((span) => Buffer.from(span.spanContext().spanId, "hex"));
      assert.equal(books.arrived(Buffer.concat(ids)), 19);
      assert.equal(books.spans() !== undefined, keep);
    }
  });
});
