import assert from "node:assert/strict";
import { test } from "node:test";
import { SpanKind, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { REQUEST_ID_ATTRIBUTE } from "../request-id.ts";
import { serveRoots } from "./bare-server.ts";

test("spans of the specification have no parent, the attributes and an event; one in each request names it", async () => {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  const target = await serveRoots(4, 10);
  for (const id of ["5", "6"]) await (await fetch(target.origin, { headers: { "x-request-id": id } })).text();
  await target.close();
  const spans = exporter.getFinishedSpans();
  assert.equal(new Set(spans.map((span) => span.spanContext().traceId)).size, 8);
  for (const { parentSpanContext, kind, events, attributes } of spans) {
    assert.deepEqual([parentSpanContext, kind, events.length], [undefined, SpanKind.INTERNAL, 1]);
    const given = Object.entries(attributes).filter(([name]) => name !== REQUEST_ID_ATTRIBUTE);
    assert.ok(given.length === 10 && given.flat().every((text) => String(text).length === 20));
  }
  const places = spans.flatMap(({ attributes }, at) => (REQUEST_ID_ATTRIBUTE in attributes ? [at] : []));
  assert.deepEqual(places, [1, 4 + 2]);
});
