import assert from "node:assert/strict";
import { test } from "node:test";
import type { Phase } from "../../spec/phases.ts";
import { gate } from "./gates.ts";
import { type Changes, codesOf, readings, service } from "./readings.fixture.ts";

const phases = ["cost", "latency", "capacity"] as const;
const requests = { completedAtDriver: 7000, unfinishedAtDriver: 0 };

test("a trial in which nothing is wrong has no warning, in any phase", () => {
  for (const phase of phases) assert.deepEqual(codesOf({ phase }), [], phase);
});

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

test("target-busy: side by side it has the share of all variants and that of its own, alone the one there is", () => {
  const sharesIn = (phase: Phase): string[] => {
    const changes = { phase, groupCoreShare: 0.9, resources: { targetCoreShare: 0.3 }, busyUs: 1.1e7 };
    const [warning] = gate(readings(changes));
    assert.equal(warning!.code, "target-busy");
    return warning!.message.match(/[\d.]+ %/g)!;
  };
  assert.deepEqual(sharesIn("cost"), ["90.0 %", "70.0 %", "30.0 %"]);
  assert.deepEqual(sharesIn("latency"), ["90.0 %", "70.0 %"]);
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

test("drift is of CPU in the cost phase, and of service time if a variant is alone", () => {
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

test("the closed loop has no figure if more than one request in 200 broke off", () => {
  const broken = (errors: number): Changes => ({ phase: "capacity", load: { errors, completed: 6000 - errors } });
  const [few, many] = [broken(30), broken(31)].map((one) =>
    gate(readings(one)).find(({ code }) => code === "lost-requests"),
  );
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
