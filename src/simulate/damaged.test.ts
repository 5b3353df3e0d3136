import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { UserError } from "../base/problem.ts";
import {
  type FixtureSpan,
  jaegerDocument,
  otlpDocument,
  otlpLines,
  shopTraces,
  simulated,
  temporaryFile,
  zipkinDocument,
} from "./recording.fixture.ts";
import type { Simulation } from "./outcome.ts";

const SPANS = shopTraces(20);

function read(content: string | Uint8Array, name = "traces.json"): Promise<Simulation> {
  return readFile(temporaryFile(name, content));
}

function readFile(file: string): Promise<Simulation> {
  const samplers = ["always_on", "parentbased:ratio:0.5", "tail:errors"];
  return simulated([file], { samplers, repeat: 1, seed: 1 });
}

const codesOf = ({ warnings }: Simulation): string[] => warnings.map(({ code }) => code);
const refuses = (message: RegExp) => (error: unknown) => error instanceof UserError && message.test(error.message);

test("JSON lines cut off at the end: what came before is read, and the place is named", async () => {
  const text = otlpLines(SPANS, 10);
  const result = await read(text.slice(0, -40), "cut.jsonl");
  assert.deepEqual([result.recording.spans, codesOf(result)[0]], [90, "cut-off"]);
  assert.match(result.warnings[0]!.message, /cut\.jsonl: line 10$/);
});

test("a byte order mark at the start is none of the damage", async () => {
  for (const text of [otlpLines(SPANS, 10), otlpDocument(SPANS), jaegerDocument(SPANS), zipkinDocument(SPANS)]) {
    const result = await read(`\uFEFF${text}`);
    assert.deepEqual([result.recording.spans, codesOf(result)], [100, []]);
  }
});

test("a damaged line in the middle, or at the start, costs that line alone", async () => {
  const lines = otlpLines(SPANS, 10).split("\n");
  for (const at of [0, 4]) {
    const damaged = lines.with(at, lines[at]!.slice(0, 300));
    const result = await read(damaged.join("\n"));
    assert.equal(result.recording.spans, 90);
    assert.match(result.warnings[0]!.message, new RegExp(`line ${at + 1}$`));
  }
});

test("a document that is cut off gives the traces before the cut, and says so", async () => {
  for (const text of [jaegerDocument(SPANS), zipkinDocument(SPANS)]) {
    const result = await read(text.slice(0, Math.floor(text.length / 2)));
    assert.ok(result.recording.spans >= 40 && result.recording.spans < 60, String(result.recording.spans));
    assert.ok(codesOf(result).includes("cut-off"));
  }
});

test("gzip that is cut off gives what could be unpacked", async () => {
  const packed = gzipSync(otlpLines(shopTraces(4000)));
  const result = await read(packed.subarray(0, Math.floor(packed.length * 0.8)));
  assert.ok(result.recording.spans > 1000 && codesOf(result).includes("cut-off"));
});

test("files without anything to read are the user's mistake, with file and place", async () => {
  const cases: readonly [content: string | Uint8Array, message: RegExp][] = [
    ["", /traces\.json: holds no spans/],
    ["hello", /no JSON/],
    ["{}", /holds no spans/],
    ['{"resourceSpans": [', /cut|middle of a value/],
    ['{"resourceSpans": []}', /holds no spans/],
    ['{"a": {"b": 1}}', /no OTLP, Tempo, Jaeger or Zipkin/],
    ["[1, 2, 3]", /holds no spans/],
    ['[{"x": 1}]', /holds no spans.* line 1/],
    ['{"data": {"spans": [{"traceID": 7}]}}', /without usable ids/],
    ['\n\n{"resourceSpans": [}]', /its start$/],
    [Uint8Array.of(0x1f, 0x8b, 1, 2, 3, 4), /packed data/],
    [Uint8Array.of(0x0a, 0xff, 0xff), /no OTLP protobuf/],
  ];
  for (const [content, message] of cases) await assert.rejects(read(content), refuses(message), String(content));
  await assert.rejects(readFile(join(tmpdir(), "spantoll-nothing.json")), refuses(/cannot be read: no such file/));
  await assert.rejects(readFile(tmpdir()), refuses(/no regular file/));
});

test("spans of wrong types are passed over and counted", async () => {
  const span = (changes: object): object => ({
    traceId: "a".repeat(32),
    spanId: "b".repeat(16),
    name: "x",
    startTimeUnixNano: "1",
    endTimeUnixNano: "2",
    ...changes,
  });
  const spans = [
    span({}),
    span({ traceId: 7 }),
    span({ traceId: "0".repeat(32) }),
    span({ spanId: null }),
    span({ startTimeUnixNano: "yesterday" }),
    span({ startTimeUnixNano: -5 }),
    span({ startTimeUnixNano: "too large" }),
    null,
    "span",
    span({ spanId: "c".repeat(16), name: 5, kind: "no such kind", attributes: "none", status: 2, endTimeUnixNano: {} }),
    span({ spanId: "d".repeat(16), kind: 99, attributes: [null, { key: 4 }, { key: "a", value: 1 }] }),
  ];
  const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }, null, 3] }, 7] });
  const result = await read(text.replace('"too large"', "1e999"));
  assert.equal(result.recording.spans, 2);
  assert.match(result.warnings.find(({ code }) => code === "bad-span")!.message, /^9 ×/);
});

test("records of wrong types in Jaeger's and Zipkin's JSON are passed over and counted, and odd ids replaced", async () => {
  const jaeger = {
    traceID: "a1",
    spanID: "b1",
    operationName: 5,
    startTime: 1.7e15,
    duration: 5,
    tags: "none",
    references: 7,
  };
  const ofJaeger = [
    jaeger,
    { ...jaeger, spanID: 7 },
    { ...jaeger, startTime: "soon" },
    { ...jaeger, duration: {} },
    null,
    [],
  ];
  const zipkin = { traceId: "a1", id: "b1", name: 5, timestamp: 1.7e15, tags: [], localEndpoint: "none", shared: "no" };
  const ofZipkin = [zipkin, { ...zipkin, id: 7 }, { ...zipkin, timestamp: "soon" }, { ...zipkin, duration: {} }];
  for (const [text, bad] of [
    [JSON.stringify({ data: [{ spans: ofJaeger, processes: null }] }), /^5 ×/],
    [JSON.stringify(ofZipkin), /^3 ×/],
  ] as const) {
    const result = await read(text);
    assert.equal(result.recording.spans, 1);
    assert.match(result.warnings.find(({ code }) => code === "bad-span")!.message, bad);
  }
  const odd = await read(JSON.stringify([{ ...zipkin, id: "no hex digits" }]));
  assert.deepEqual([odd.recording.spans, codesOf(odd)], [1, ["odd-id"]]);
});

test("twins are dropped, cycles cut, missing parents taken for roots: each counted", async () => {
  const [root, ...others] = shopTraces(1) as [FixtureSpan, ...FixtureSpan[]];
  const twin = await read(otlpLines([root, ...others, root]));
  assert.deepEqual([twin.recording.records, twin.recording.spans, codesOf(twin)], [6, 5, ["duplicate-span"]]);

  const cycle = await read(otlpLines([{ ...root, parentId: others[3]!.spanId }, ...others]));
  assert.deepEqual([cycle.recording.spans, codesOf(cycle)], [5, ["cycle"]]);
  const self = await read(otlpLines([{ ...root, parentId: root.spanId }, ...others]));
  assert.deepEqual([self.recording.spans, codesOf(self)], [5, ["cycle"]]);

  const orphaned = await read(otlpLines(others));
  assert.deepEqual([orphaned.recording.spans, codesOf(orphaned)], [4, ["missing-parent"]]);
  assert.equal(orphaned.strategies[0]!.repetitions[0]!.fidelity.traces.whole, 1);
});

test("clocks in 1970 and 2200 and spans that end before they start are read and counted as problems", async () => {
  const spans = shopTraces(3).map((span, index) => ({
    ...span,
    startUs: index < 5 ? 1000 : index < 10 ? Date.UTC(2200) * 1000 : span.startUs,
    durationUs: index === 14 ? -5 : span.durationUs,
  }));
  for (const text of [otlpLines(spans), jaegerDocument(spans), zipkinDocument(spans)]) {
    const result = await read(text);
    assert.deepEqual([result.recording.spans, result.recording.traces], [15, 3]);
    assert.deepEqual(codesOf(result).toSorted(), ["negative-duration", "odd-clock"]);
    assert.ok(result.recording.lengthMs < 1000, "impossible times do not stretch the recording");
  }
});

test("no damage of any kind is a crash", async () => {
  const small = shopTraces(2);
  const texts = [otlpLines(small, 3), otlpDocument(small), jaegerDocument(small), zipkinDocument(small)];
  const edit = fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(60), fc.string({ maxLength: 8 }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }), async (text, edits) => {
      let damaged = text;
      for (const [where, length, instead] of edits) {
        const at = Math.floor(where * damaged.length);
        damaged = damaged.slice(0, at) + instead + damaged.slice(at + length);
      }
      try {
        const { recording } = await read(damaged);
        assert.ok(recording.spans <= 10);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        assert.match(error.message, /traces\.json/);
      }
    }),
    { numRuns: 400 },
  );
});
