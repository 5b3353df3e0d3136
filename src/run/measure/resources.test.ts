import assert from "node:assert/strict";
import { test } from "node:test";
import { FLUSH } from "../gates/readings.fixture.ts";
import { startedPerRequest } from "./resources.ts";

const later = { ...FLUSH, spansStarted: FLUSH.spansStarted! + 800, requestsStarted: FLUSH.requestsStarted + 100 };

test("spans per request are those of the requests that the target began between two flushes", () => {
  assert.deepEqual(startedPerRequest({ settled: FLUSH, flush: later }), { spansPerRequest: 8 });
});

test("they are unknown if a flush was late or absent, or if spans or requests were not counted", () => {
  const none = [
    { settled: undefined, flush: later },
    { settled: { ...FLUSH, isInTime: false }, flush: later },
    { settled: FLUSH, flush: { ...later, isInTime: false } },
    { settled: { ...FLUSH, spansStarted: undefined }, flush: later },
    { settled: FLUSH, flush: { ...later, requestsStarted: FLUSH.requestsStarted } },
  ];
  for (const one of none) assert.deepEqual(startedPerRequest(one), {});
});
