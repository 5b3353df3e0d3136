import assert from "node:assert/strict";
import { test } from "node:test";
import { FLUSH, readings } from "../gates/readings.fixture.ts";
import { resourcesOf, startedPerRequest } from "./resources.ts";

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

test("CPU per request is divided by all requests that the service worked for in the window, those under way at its opening too", () => {
  const { meter, loadResult } = readings({ phase: "capacity" });
  const { open, closed, ...measured } = meter.measured;
  const target = new Map([[1, { ...open.target!.get(1)!, mainUs: 6e6, aliveUs: 6e6, userUs: 6e6 }]]);
  const cost = (carriedOver: number): number =>
    resourcesOf({ ...measured, open, closed: { ...closed, target } }, { ...loadResult, carriedOver }, {})!
      .cpuUsPerRequest;
  assert.ok(cost(0) > 0);
  assert.ok(Math.abs(cost(loadResult.completed) / cost(0) - 0.5) < 1e-9);
});

test("the main threads' part of CPU per request is known by the kernel, of processes that report of themselves", () => {
  const { meter, loadResult } = readings({ phase: "cost" });
  const { open, closed } = meter.measured;
  const at = open.target!.get(1)!;
  const target = new Map([[1, { ...at, mainUs: at.mainUs + 3e6, aliveUs: at.aliveUs + 4e6, userUs: at.userUs + 4e6 }]]);
  const reported = { cpuUserUs: 0, cpuSystemUs: 0, rssBytes: 1e8, heapUsedBytes: 1e7, gcMs: 0, gcCount: 0, burntUs: 0 };
  const usage = { ...reported, loopDelayMs: { p50: 0, p99: 0, max: 0 }, loopUtilization: 0 };
  const known = {
    ...meter.measured,
    closed: { ...closed, target },
    usageAtOpen: [usage],
    usageAtDrained: [usage],
    usageAtClose: [{ ...usage, cpuUserUs: 4e6 }],
    nodePids: [1],
  };
  const { cpuUsPerRequest, mainThreadUsPerRequest } = resourcesOf(known, loadResult, {})!;
  assert.ok(Math.abs(mainThreadUsPerRequest! / cpuUsPerRequest - 3 / 4) < 1e-9);
  const unknown = [
    { ...known, open: { ...open, target: undefined } },
    { ...known, nodePids: [] },
    { ...known, nodePids: [1, 2] },
  ];
  for (const one of unknown) assert.equal(resourcesOf(one, loadResult, {})!.mainThreadUsPerRequest, undefined);
});

test("delays of the event loop are those under load, before the flush in which the service waits", () => {
  const { meter, loadResult } = readings({ phase: "latency" });
  const reported = { cpuUserUs: 0, cpuSystemUs: 0, rssBytes: 1e8, heapUsedBytes: 1e7, gcMs: 0, gcCount: 0, burntUs: 0 };
  const usage = (p99: number, loopUtilization: number) => ({
    ...reported,
    loopDelayMs: { p50: 0, p99, max: p99 },
    loopUtilization,
  });
  const usages = { usageAtOpen: [usage(0, 0)], usageAtDrained: [usage(31, 0.4)], usageAtClose: [usage(2, 0.2)] };
  const { loopDelayMs, loopUtilization } = resourcesOf({ ...meter.measured, ...usages }, loadResult, {})!;
  assert.deepEqual([loopDelayMs!.p99, loopUtilization], [31, 0.4]);
});

test("how busy a core was is of the time under load, however long the flush took", () => {
  const { meter, loadResult } = readings({ phase: "cost" });
  const { open, drained, closed } = meter.measured;
  const at = open.target!.get(1)!;
  const after = (us: number) => new Map([[1, { ...at, aliveUs: at.aliveUs + us, userUs: at.userUs + us }]]);
  const windowUs = (drained.atMs - open.atMs) * 1000;
  const hung = {
    ...meter.measured,
    drained: { ...drained, target: after(windowUs / 2) },
    closed: { ...closed, atMs: 3 * closed.atMs, target: after(windowUs / 2 + 5000) },
  };
  assert.ok(Math.abs(resourcesOf(hung, loadResult, {})!.targetCoreShare - 0.5) < 1e-9);
});
