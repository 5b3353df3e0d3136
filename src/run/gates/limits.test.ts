import assert from "node:assert/strict";
import { test } from "node:test";
import { gate } from "./gates.ts";
import { type Changes, FLUSH, readings, service } from "./readings.fixture.ts";

const requests = { completedAtDriver: 7000, unfinishedAtDriver: 0 };
const LOST_FIVE = { sent: 7005, completed: 7000, unfinished: 0 };

function outside(traces: number): Changes {
  // only whether there is a usage counts
  const usageAtClose = [{} as never];
  return { outside: { received: traces, duplicates: 0, rejected: 0, traces }, measured: { usageAtClose } };
}

/** What is just not allowed any more, and what just still is. */
const GATES: readonly { code: string; beyond: Changes; within: Changes; invalidates?: boolean }[] = [
  {
    code: "driver-late",
    beyond: { load: { lateMs: { p50: 0.1, p99: 2.1, max: 3 } } },
    within: { load: { lateMs: { p50: 0.1, p99: 2, max: 30 } } },
    invalidates: true,
  },
  {
    code: "rate-not-reached",
    beyond: { load: { completed: 5969 } },
    within: { load: { completed: 5970 } },
    invalidates: true,
  },
  { code: "driver-busy", beyond: driver(0.51), within: driver(0.5) },
  { code: "sink-busy", beyond: sink(0.51), within: sink(0.5) },
  { code: "target-busy", beyond: target(0.71), within: target(0.7) },
  { code: "steal", beyond: { stealUs: 110_000 }, within: { stealUs: 100_000 } },
  { code: "foreign-load", beyond: { busyUs: 7.1e6 }, within: { busyUs: 6.9e6 } },
  { code: "drift", beyond: service(1, 1, 1, 1, 1, 2, 2, 2, 2, 2), within: service(3, 3, 3, 3, 9, 3, 3, 3, 3.2, 3.2) },
  {
    code: "sampling-ratio",
    beyond: { roots: { started: 7000, sampled: 785 } },
    within: { roots: { started: 7000, sampled: 784 } },
  },
  { code: "unexpected-responses", beyond: { load: { unexpected: 1 } }, within: { load: { expectedFailures: 6000 } } },
  { code: "lost-requests", beyond: { load: { skipped: 1 } }, within: {} },
  { code: "clock-step", beyond: { clockStepMs: -21 }, within: { clockStepMs: 20 } },
  {
    code: "governors",
    beyond: { governors: ["performance", "powersave"] },
    within: { governors: ["powersave", "powersave"] },
  },
  { code: "residual", beyond: { ledger: { residual: 1 } }, within: { ledger: { queueFull: 5 } }, invalidates: true },
  {
    code: "requests-unaccounted",
    beyond: { requests: { ...requests, startedAtTarget: 7001 } },
    within: { requests: { ...requests, startedAtTarget: 7002, unfinishedAtDriver: 2 } },
  },
  {
    code: "requests-unaccounted",
    beyond: { requests: { ...requests, startedAtTarget: 7006 }, loadResult: { lifetime: LOST_FIVE } },
    within: { requests: { ...requests, startedAtTarget: 7005 }, loadResult: { lifetime: LOST_FIVE } },
  },
  {
    code: "requests-unaccounted",
    beyond: { requests: { ...requests, startedAtTarget: 6999 }, loadResult: { lifetime: LOST_FIVE } },
    within: { requests: { ...requests, startedAtTarget: 7000 }, loadResult: { lifetime: LOST_FIVE } },
  },
  { code: "strangers", beyond: { sink: { strangers: 1 } }, within: { sink: { strangers: 0 } } },
  {
    code: "malformed-requests",
    beyond: { sink: { malformed: { "400": 1 } } },
    within: { sink: { conditioned: { "503": 9 } } },
  },
  { code: "traces-beyond-requests", beyond: outside(7001), within: outside(7000) },
  { code: "traces-beyond-requests", beyond: outside(7071), within: outside(7000), invalidates: true },
  {
    code: "lost-in-warmup",
    beyond: { measured: { settled: { ...FLUSH, lostSpans: 1 } } },
    within: { measured: { settled: FLUSH } },
  },
  { code: "warmup-unflushed", beyond: { measured: { settled: { ...FLUSH, isInTime: false } } }, within: {} },
  {
    code: "warmup-unflushed",
    beyond: { measured: { settled: { ...FLUSH, pendingSpans: 1 } } },
    within: { measured: { settled: { ...FLUSH, pendingSpans: undefined } } },
  },
  {
    code: "flush-late",
    beyond: { measured: { flush: { ...FLUSH, isInTime: false } } },
    within: { measured: { flushMs: 2900 } },
  },
  { code: "flush-late", beyond: { measured: { flush: { ...FLUSH, pendingSpans: 1 } } }, within: {} },
  {
    code: "flush-outside",
    beyond: { outside: { received: 56_000, duplicates: 0, rejected: 0 } },
    within: { outside: undefined },
  },
];

function driver(share: number): Changes {
  return { resources: { driverCoreShare: share }, busyUs: (0.5 + share) * 1e7 };
}

function sink(share: number): Changes {
  return { resources: { sinkCoreShare: share }, busyUs: (0.55 + share) * 1e7 };
}

function target(share: number): Changes {
  return { groupCoreShare: share, busyUs: (0.2 + share) * 1e7 };
}

for (const { code, beyond, within, invalidates = false } of GATES) {
  test(`${code}: a warning beyond its limit, ${invalidates ? "and the trial is invalid" : "and the trial stays valid"}`, () => {
    const [warning, ...others] = gate(readings(beyond));
    assert.deepEqual([warning!.code, others], [code, []]);
    assert.equal(warning!.invalidates ?? false, invalidates);
    assert.ok(warning!.message.length > 0 && warning!.fix.length > 0);
    assert.deepEqual(gate(readings(within)), []);
  });
}
