import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { seededRandom, shuffled } from "../base/random.ts";
import {
  jaegerDocument,
  otlpDocument,
  otlpLines,
  shopTraces,
  temporaryFile,
  zipkinDocument,
} from "./recording.fixture.ts";
import { simulate, type Simulation } from "./simulate.ts";

const SAMPLERS = ["always_on", "ratio:0.3", "rate:20/s", "tail:errors"];

function simulated(...files: string[]): Promise<Simulation> {
  return simulate({ files, samplers: SAMPLERS, repeat: 2, seed: 9, windowSpans: 10_000, baseDir: "." });
}

const SPANS = shopTraces(60);
const written: Readonly<Record<string, string | Uint8Array>> = {
  "otlp-one-line-for-all.jsonl": otlpLines(SPANS, 1_000_000),
  "otlp-document.json": otlpDocument(SPANS),
  "otlp.jsonl.gz": gzipSync(otlpLines(SPANS)),
  "jaeger.json": jaegerDocument(SPANS),
  "jaeger.json.gz": gzipSync(jaegerDocument(SPANS)),
  "zipkin.json": zipkinDocument(SPANS),
  "zipkin-traces.json": zipkinDocument(SPANS, true),
};

const expected = simulated(temporaryFile("otlp.jsonl", otlpLines(SPANS)));

for (const [name, content] of Object.entries(written)) {
  test(`the same traces give the same figures as ${name}`, async () => {
    assert.deepEqual(await simulated(temporaryFile(name, content)), await expected);
  });
}

test("the figures do not depend on the order of the spans in the file", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.constantFrom(otlpLines, jaegerDocument, zipkinDocument), async (seed, write) => {
      const file = temporaryFile("shuffled.json", write(shuffled(SPANS, seededRandom(seed))));
      assert.deepEqual(await simulated(file), await expected);
    }),
    { numRuns: 12 },
  );
});

test("several files are one recording", async () => {
  const [first, second] = [SPANS.slice(0, 143), SPANS.slice(143)];
  const files = [temporaryFile("a.json", zipkinDocument(first)), temporaryFile("b.jsonl", otlpLines(second))];
  assert.deepEqual((await simulated(...files)).strategies, (await expected).strategies);
});

test("a window smaller than the file reads every span and keeps traces together", async () => {
  const file = temporaryFile("otlp.jsonl", otlpLines(shopTraces(400)));
  const small = await simulate({
    files: [file],
    samplers: SAMPLERS,
    repeat: 1,
    seed: 9,
    windowSpans: 100,
    baseDir: ".",
  });
  assert.deepEqual([small.recording.spans, small.recording.traces, small.warnings], [2000, 400, []]);
});

test("a trace that comes back after its window is told", async () => {
  const spans = shopTraces(100);
  const file = temporaryFile("late.jsonl", otlpLines([...spans.slice(1), spans[0]!], 1));
  const late = await simulate({
    files: [file],
    samplers: ["always_on"],
    repeat: 1,
    seed: 1,
    windowSpans: 50,
    baseDir: ".",
  });
  assert.deepEqual([late.recording.spans, late.recording.traces], [500, 101]);
  assert.ok(late.warnings.some(({ code, message }) => code === "split-trace" && message.includes("line 500")));
});

test("Zipkin's client and server sides of one id become spans of their own, and parts of one side one span", async () => {
  const web = { localEndpoint: { serviceName: "web", ipv4: "10.0.0.1" } };
  const shop = { localEndpoint: { serviceName: "shop", ipv4: "10.0.0.2" } };
  const otherShop = { localEndpoint: { serviceName: "shop", ipv4: "10.0.0.3" } };
  const shared = { traceId: "a1", id: "2", parentId: "1", name: "serve", kind: "SERVER", shared: true };
  const records = [
    { traceId: "a1", id: "1", name: "get", kind: "SERVER", timestamp: 1.7e15, duration: 900, ...web },
    {
      traceId: "a1",
      id: "2",
      parentId: "1",
      name: "call",
      kind: "CLIENT",
      timestamp: 1.7e15 + 10,
      duration: 500,
      ...web,
    },
    { ...shared, timestamp: 1.7e15 + 50, duration: 400, ...shop },
    { ...shared, timestamp: 1.7e15 + 60, duration: 300, ...otherShop },
    { traceId: "a1", id: "2", parentId: "1", name: "serve", tags: { error: "no" }, ...shop },
    { traceId: "a1", id: "3", parentId: "2", name: "query", timestamp: 1.7e15 + 60, duration: 10, ...otherShop },
  ];
  const { recording, strategies, warnings } = await simulated(temporaryFile("shared.json", JSON.stringify(records)));
  assert.deepEqual([recording.records, recording.spans, recording.failedTraces], [6, 5, 1]);
  assert.deepEqual(strategies[0]!.fidelity.edges.counts, { "web>shop": 1 });
  assert.deepEqual(warnings, []);
});

const PUBLIC_TRACES = join(import.meta.dirname, "../../../shared/traces");
/** Records as the list of the files states them; spans, where Zipkin's records are parts of fewer. */
const PUBLIC: readonly [file: string, records: number, traces: number, spans?: number][] = [
  ["otlp-online-boutique.jsonl.gz", 22_345, 515],
  ["otlp-train-ticket.jsonl.gz", 10_243, 137],
  ["otlp-proto-example.json", 1, 1],
  ["jaeger-crisp-18.json", 9, 1],
  ["jaeger-ui-flamegraph.json", 4, 1],
  ["zipkin-smartthings-install.json", 1041, 1, 957],
  ["zipkin-smartthings-oauth.json", 175, 1, 172],
  ["zipkin-yelp.json", 16, 1],
];
for (const [name, records, traces, spans = records] of PUBLIC) {
  const file = join(PUBLIC_TRACES, name);
  test(`reads all of the public ${name}`, { skip: !existsSync(file) }, async () => {
    const options = { samplers: ["always_on"], repeat: 1, seed: 1, windowSpans: 50_000, baseDir: "." };
    const { recording, strategies } = await simulate({ files: [file], ...options });
    assert.deepEqual([recording.records, recording.spans, recording.traces], [records, spans, traces]);
    assert.equal(strategies[0]!.fidelity.traces.whole, traces);
  });
}
