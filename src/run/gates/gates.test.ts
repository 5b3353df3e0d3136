import assert from "node:assert/strict";
import { test } from "node:test";
import { gate } from "./gates.ts";
import { FLUSH, readings, type Changes } from "../measure/readings.fixture.ts";

const codesOf = (changes: Changes): string[] => gate(readings(changes)).map(({ code }) => code);
const phases = ["cost", "latency", "capacity"] as const;
const requests = { completedAtDriver: 7000, unfinishedAtDriver: 0 };
const LOST_FIVE = { sent: 7005, completed: 7000, unfinished: 0 };
const service = (...tenthsMs: number[]): Changes => ({ loadResult: { windowServiceMs: tenthsMs } });

test("a trial in which nothing is wrong has no warning, in any phase", () => {
  for (const phase of phases) assert.deepEqual(codesOf({ phase }), [], phase);
});

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
    beyond: { roots: { started: 7000, sampled: 784 } },
    within: { roots: { started: 7000, sampled: 783 } },
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
    assert.deepEqual(codesOf(within), []);
  });
}

test("requests-unnamed: spans of a service with its own SDK that name no request", () => {
  const received = (spans: number, judged: boolean): string[] =>
    codesOf({ outside: { received: spans, duplicates: 0, rejected: 0 }, judged });
  assert.deepEqual(received(56_000, false), ["requests-unnamed", "flush-outside"]);
  assert.deepEqual(received(56_000, true), ["flush-outside"]);
  assert.deepEqual(received(0, false), ["flush-outside"]);
});

test("a slow service may be sent to later: a tenth of its median service time", () => {
  const slow = { p50: 100, p90: 110, p99: 120, max: 130, histogram: "" };
  const late = (p99: number): Changes => ({ load: { serviceTime: slow, lateMs: { p50: 0, p99, max: p99 } } });
  assert.deepEqual(codesOf(late(9.9)), []);
  assert.deepEqual(codesOf(late(10.1)), ["driver-late"]);
});

test("lateness invalidates what it falsifies, the latency; CPU per request it leaves as it is", () => {
  const late: Changes = { load: { lateMs: { p50: 1, p99: 9, max: 9 } } };
  assert.equal(gate(readings({ ...late, phase: "latency" }))[0]!.invalidates, true);
  for (const phase of ["cost", "profile"] as const)
    assert.equal(gate(readings({ ...late, phase }))[0]!.invalidates, false);
});

test("the closed loop has no rate to reach and no time to be late for, and may fill both cores", () => {
  const saturated: Changes = {
    phase: "capacity",
    load: { lateMs: { p50: 50, p99: 90, max: 90 }, completed: 5000 },
    resources: { driverCoreShare: 0.9 },
    groupCoreShare: 1,
    busyUs: 1.98e7,
  };
  assert.deepEqual(codesOf(saturated), []);
  assert.deepEqual(codesOf({ ...saturated, resources: { driverCoreShare: 0.96 } }), ["driver-busy"]);
});

test("driver-busy: each worker of another engine may fill a core", () => {
  const locust = (driverCoreShare: number): Changes => ({
    driver: "locust:workers=2",
    resources: { driverCoreShare },
    foreign: [0, 0, 0],
    busyUs: 2.4e7,
  });
  assert.deepEqual(codesOf(locust(1.9)), []);
  assert.deepEqual(codesOf(locust(1.91)), ["driver-busy"]);
});

test("not-saturated: a closed loop that leaves the service idle measures its own waiting", () => {
  const idle = (groupCoreShare: number): Changes => ({ phase: "capacity", groupCoreShare });
  assert.deepEqual(codesOf(idle(0.9)), []);
  assert.deepEqual(codesOf(idle(0.89)), ["not-saturated"]);
  assert.deepEqual(codesOf({ ...idle(0.4), phase: "latency" }), []);
});

test("a service that runs already has no core of its own: it may fill several, and each of them in part", () => {
  const running = (phase: "latency" | "capacity", groupCoreShare: number): string[] =>
    codesOf({ target: "url:http://127.0.0.1:8080", phase, groupCoreShare });
  assert.deepEqual(running("latency", 3.2), ["not-restarted"]);
  assert.deepEqual(running("capacity", 0.5), ["not-restarted"]);
});

test("drift is of CPU in the cost phase, and of service time where a variant is alone", () => {
  const cpu: Changes = { measured: { firstHalfUsPerMs: 400, secondHalfUsPerMs: 350 } };
  assert.deepEqual(codesOf({ ...cpu, phase: "cost" }), ["drift"]);
  assert.deepEqual(codesOf({ ...cpu, phase: "latency" }), []);
  const slower = service(1, 1, 1, 1, 1, 2, 2, 2, 2, 2);
  assert.deepEqual(codesOf({ ...slower, phase: "cost" }), []);
  assert.deepEqual(codesOf({ ...slower, phase: "capacity" }), ["drift"]);
});

test("a tenth without an answer, or a half without CPU, shows no drift", () => {
  assert.deepEqual(codesOf({ ...service(1, 1, 1, 1, 1, 0, 0, 0, 0, 0), phase: "latency" }), []);
  assert.deepEqual(codesOf({ measured: { firstHalfUsPerMs: 400, secondHalfUsPerMs: 0 }, phase: "cost" }), []);
});

test("more than one unexpected answer in a hundred invalidates a trial", () => {
  const [few] = gate(readings({ load: { unexpected: 60 } }));
  const [many] = gate(readings({ load: { unexpected: 61 } }));
  assert.deepEqual([few!.invalidates, many!.invalidates], [false, true]);
});

test("requests that broke off or timed out are reported as lost, and not again as unaccounted", () => {
  const torn: Changes = {
    loadResult: { timeouts: 3, lifetime: { sent: 7003, completed: 7000, unfinished: 0 } },
    load: { timeouts: 3, completed: 5997 },
    requests: { ...requests, startedAtTarget: 7003 },
  };
  assert.deepEqual(codesOf(torn), ["lost-requests"]);
});

test("a sampler that promises no share has no share to miss", () => {
  assert.deepEqual(codesOf({ sampler: "tail:errors", roots: { started: 7000, sampled: 7 } }), []);
  assert.deepEqual(codesOf({ sampler: "always_on", roots: { started: 7000, sampled: 6999 } }), ["sampling-ratio"]);
});

test("a figure that the platform does not have makes no warning", () => {
  const full = readings({ busyUs: 2e7 });
  const { measured } = full.meter;
  const dark = { ...measured, drained: { ...measured.drained, target: undefined }, firstHalfUsPerMs: undefined };
  for (const phase of phases) {
    const trial = { ...full.trial, phase };
    assert.deepEqual(gate({ ...full, trial, groupCoreShare: 0, meter: { measured: dark } }), [], phase);
  }
});
