import assert from "node:assert/strict";
import { test } from "node:test";
import { type FixtureSpan, otlpLines, shopTraces, simulated, temporaryFile } from "./recording.fixture.ts";

test("a window smaller than the file reads every span and keeps traces together", async () => {
  const file = temporaryFile("otlp.jsonl", otlpLines(shopTraces(400)));
  const small = await simulated([file], { repeat: 1, windowSpans: 100 });
  assert.deepEqual([small.recording.spans, small.recording.traces, small.warnings], [2000, 400, []]);
});

test("a trace that comes back after its window is a problem", async () => {
  const spans = shopTraces(100);
  const file = temporaryFile("late.jsonl", otlpLines([...spans.slice(1), spans[0]!], 1));
  const late = await simulated([file], { samplers: ["always_on"], windowSpans: 50 });
  assert.deepEqual([late.recording.spans, late.recording.traces], [500, 101]);
  assert.ok(late.warnings.some(({ code, message }) => code === "split-trace" && message.includes("line 500")));
});

test("ids of 64 bits join the one trace with that lower half, and none if there are two", async () => {
  const spans = shopTraces(20);
  const shorten = (span: FixtureSpan, at: number): FixtureSpan =>
    at % 5 === 4 ? { ...span, traceId: span.traceId.slice(16) } : span;
  const joined = await simulated([temporaryFile("short.jsonl", otlpLines(spans.map(shorten)))]);
  assert.deepEqual([joined.recording.traces, joined.warnings], [20, []]);

  const upperOnly = spans.map((span) => ({ ...span, traceId: span.traceId.slice(0, 16) + "1".repeat(16) }));
  const apart = await simulated([temporaryFile("upper.jsonl", otlpLines(upperOnly))]);
  assert.deepEqual([apart.recording.traces, apart.warnings], [20, []]);
  const ambiguous = await simulated([temporaryFile("ambiguous.jsonl", otlpLines(upperOnly.map(shorten)))]);
  assert.ok(ambiguous.warnings.some(({ code }) => code === "ambiguous-id"));
});

test("traces of a long file that come far out of order are counted", async () => {
  const spans = shopTraces(400);
  const shuffledFile = temporaryFile("swapped.jsonl", otlpLines([...spans.slice(1000), ...spans.slice(0, 1000)], 5));
  const codes = async (windowSpans: number): Promise<string[]> =>
    (await simulated([shuffledFile], { samplers: ["rate:20/s"], windowSpans })).warnings.map(({ code }) => code);
  assert.deepEqual([await codes(10_000), await codes(500)], [[], ["out-of-order"]]);
});
