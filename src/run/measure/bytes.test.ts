import assert from "node:assert/strict";
import { test } from "node:test";
import { backendSpec } from "../../spec/scenario.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import type { SinkCounts } from "../../sink/protocol.ts";
import type { CollectorReading } from "../collector/collector-reading.ts";
import { hasOwnBytes, receivedPerRequest, sentByService } from "./bytes.ts";
import type { Measured } from "./measured.ts";
import { FLUSH } from "../gates/readings.fixture.ts";

// 4,000 requests in all, most in a fast warm-up; 600 in the window. 1,000 spans came, 480 of them from the window
const sink = { received: 1000, wireBytes: 200_000, wireBytesInWindow: 90_000 } as SinkCounts;
const requests = { sent: 600, lifetime: { sent: 4000, completed: 3990, unfinished: 0 } };
const fidelity = { requests: 600, spans: { arrived: 480 } } as Fidelity;
const served = { requests, fidelity, backend: backendSpec.parse("healthy") };
const usageAtClose = [{}] as unknown as Measured["usageAtClose"];

test("the window has its own bytes if both flushes left no span, not if one did or was late, and it is unknown without one", () => {
  const of = (settled: Measured["settled"], flush = FLUSH, usage = usageAtClose) =>
    hasOwnBytes({ settled, flush, usageAtClose: usage });
  assert.equal(of(FLUSH), true);
  for (const left of [{ isInTime: false }, { pendingSpans: 1 }, { pendingSpans: undefined }]) {
    assert.equal(of({ ...FLUSH, ...left }), false);
    assert.equal(of(FLUSH, { ...FLUSH, ...left }), false);
  }
  assert.equal(of(undefined), undefined);
  assert.equal(of(FLUSH, FLUSH, []), undefined);
});

test("bytes per request are those that came in the window; unknown if some may be of the warm-up", () => {
  assert.equal(receivedPerRequest(sink, served, true), 150);
  assert.equal(receivedPerRequest(sink, served, false), undefined);
});

test("without a flush they are the window's spans times the bytes of a span, for samplers that keep fewer of a fast warm-up", () => {
  assert.equal(receivedPerRequest(sink, served, undefined), 160);
});

test("behind a backend that may refuse spans they are those of the process's life, whatever it refused in a round", () => {
  const backend = backendSpec.parse("error:503");
  const rounds = [
    { received: 0, conditioned: { 503: 9 } },
    { received: 400, conditioned: { 503: 5 } },
    { received: 1000, conditioned: {} },
  ];
  for (const counts of rounds)
    for (const arrived of [0, 120, 480]) {
      const own = { ...served, backend, fidelity: { ...fidelity, spans: { ...fidelity.spans, arrived } } };
      assert.equal(receivedPerRequest({ ...sink, ...counts }, own, undefined), 50);
      assert.equal(receivedPerRequest({ ...sink, ...counts }, own, true), 150);
    }
});

test("they are those of the process's life if the window's spans are unknown", () => {
  assert.equal(receivedPerRequest(sink, { ...served, fidelity: undefined }, undefined), 50);
});

test("no span is no byte; bytes are unknown if no span arrived", () => {
  const empty = { ...sink, received: 0 };
  assert.equal(receivedPerRequest({ ...empty, wireBytes: 0 }, served, undefined), 0);
  assert.equal(receivedPerRequest(empty, served, undefined), undefined);
});

test("spans that name no request count as often as those that do", () => {
  const naming = (spans: Fidelity["spans"]): Fidelity => ({ ...fidelity, spans });
  const [some, none] = [{ namedShare: 0.25 }, { arrived: 0, namedShare: 0 }].map((spans) =>
    receivedPerRequest(sink, { ...served, fidelity: naming({ ...fidelity.spans, ...spans }) }, undefined),
  );
  assert.deepEqual([some, none], [640, 50]);
});

test("a service sends its Collector what the window has, and without a flush what its life has", () => {
  const reading = { counts: { bytesIn: 200_000 }, bytesInAtOpen: 104_000 } as CollectorReading;
  const sent = (collector: CollectorReading, isOfWindow: boolean | undefined) =>
    sentByService({ collector, sink }, served, isOfWindow);
  assert.deepEqual(sent(reading, true), { bytesOut: 200_000, bytesOutPerRequest: 160 });
  assert.equal(sent(reading, undefined).bytesOutPerRequest, 50);
  assert.equal(sent(reading, false).bytesOutPerRequest, undefined);
  assert.equal(sent({ ...reading, bytesInAtOpen: undefined }, true).bytesOutPerRequest, undefined);
  assert.deepEqual(sent({ ...reading, counts: undefined }, true), {});
});
