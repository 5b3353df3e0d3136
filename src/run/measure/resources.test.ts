import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fidelity } from "../../record/fidelity.ts";
import type { SinkCounts } from "../../sink/protocol.ts";
import { receivedPerRequest } from "./resources.ts";

// 4,000 requests in all, most in a fast warm-up; 600 in the window. 1,000 spans came, 480 of them from the window
const sink = { received: 1000, duplicates: 0, rejected: 0, conditioned: {}, wireBytes: 200_000 } as SinkCounts;
const lane = { lifetime: { completed: 4000 } } as Parameters<typeof receivedPerRequest>[1];
const fidelity = { requests: 600, spans: { arrived: 480 } } as Fidelity;

test("bytes per request are those of the window, for samplers that keep fewer of a fast warm-up", () => {
  assert.equal(receivedPerRequest(sink, lane, fidelity), 160);
});

test("they are those of the process's life if the window's spans are unknown, or if the sink refused some", () => {
  assert.equal(receivedPerRequest(sink, lane), 50);
  assert.equal(receivedPerRequest({ ...sink, rejected: 10 }, lane, fidelity), 50);
  assert.equal(receivedPerRequest({ ...sink, conditioned: { 503: 1 } }, lane, fidelity), 50);
});

test("no span is no byte, not an unknown", () => {
  assert.equal(receivedPerRequest({ ...sink, received: 0, wireBytes: 0 }, lane, fidelity), 0);
});
