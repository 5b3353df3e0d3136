import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fidelity } from "../../record/fidelity.ts";
import type { SinkCounts } from "../../sink/protocol.ts";
import { bytesPerRequest, sentPerRequest } from "./resources.ts";

// 4,000 requests in all, most in a fast warm-up; 600 in the window. 1,000 spans came, 480 of them from the window
const sink = {
  received: 1000,
  duplicates: 0,
  rejected: 0,
  conditioned: {},
  wireBytes: 200_000,
  wireBytesInWindow: 90_000,
} as SinkCounts;
const loadResult = { completed: 600, lifetime: { completed: 4000 } } as Parameters<typeof bytesPerRequest>[1];
const fidelity = { requests: 600, spans: { arrived: 480 } } as Fidelity;

test("bytes per request are those that came in the window, if the warm-up's were exported before it", () => {
  assert.equal(bytesPerRequest(sink, loadResult, fidelity, true), 150);
});

test("else they are the window's spans times the bytes of a span, for samplers that keep fewer of a fast warm-up", () => {
  assert.equal(bytesPerRequest(sink, loadResult, fidelity), 160);
});

test("they are those of the process's life if the window's spans are unknown, or if the sink refused some", () => {
  assert.equal(bytesPerRequest(sink, loadResult), 50);
  assert.equal(bytesPerRequest({ ...sink, rejected: 10 }, loadResult, fidelity), 50);
  assert.equal(bytesPerRequest({ ...sink, conditioned: { 503: 1 } }, loadResult, fidelity), 50);
});

test("no span is no byte, not an unknown", () => {
  assert.equal(bytesPerRequest({ ...sink, received: 0, wireBytes: 0 }, loadResult, fidelity), 0);
});

test("spans that name no request count as often as those that do", () => {
  const { requests, spans } = fidelity;
  assert.equal(bytesPerRequest(sink, loadResult, { requests, spans: { ...spans, namedShare: 0.25 } } as Fidelity), 640);
  assert.equal(bytesPerRequest(sink, loadResult, { requests, spans: { arrived: 0, namedShare: 0 } } as Fidelity), 50);
});

test("a service sends its Collector what the window has, and over its life if the warm-up's rest is sent in the window", () => {
  const reading = { counts: { bytesIn: 200_000 }, bytesInAtOpen: 104_000 } as Parameters<typeof sentPerRequest>[0];
  assert.equal(sentPerRequest(reading, loadResult, true), 160);
  assert.equal(sentPerRequest(reading, loadResult, false), 50);
  assert.equal(sentPerRequest({ ...reading, bytesInAtOpen: undefined }, loadResult, true), 50);
});
