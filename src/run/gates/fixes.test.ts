import assert from "node:assert/strict";
import { test } from "node:test";
import type { Phase } from "../../spec/phases.ts";
import { readings, type Changes } from "./readings.fixture.ts";
import { gate } from "./gates.ts";

test("a fix names the option that sets the rate of its phase, and none if the loop is closed", () => {
  const trouble: Changes = {
    load: { lateMs: { p50: 1, p99: 99, max: 99 }, completed: 5000, skipped: 1 },
    resources: { driverCoreShare: 0.99, sinkCoreShare: 0.9 },
    groupCoreShare: 1,
    busyUs: 2e7,
  };
  const named = (phase: Phase): string[] =>
    gate(readings({ ...trouble, phase })).flatMap(({ fix }) => /--(?:cost-)?rate/.exec(fix) ?? []);
  assert.deepEqual([named("cost").length, new Set(named("cost"))], [6, new Set(["--cost-rate"])]);
  assert.deepEqual([named("latency").length, new Set(named("latency"))], [6, new Set(["--rate"])]);
  assert.deepEqual(named("capacity"), []);
});

test("a busy target: the fix is the rate at which it would be within the limit, rounded down", () => {
  const fixOf = (share: number): string[] =>
    gate(readings({ phase: "cost", groupCoreShare: share, busyUs: (0.2 + share) * 1e7 })).map(({ fix }) => fix);
  assert.match(fixOf(0.848)[0]!, /--cost-rate to 490\/s/);
  assert.match(fixOf(0.925)[0]!, /--cost-rate to 450\/s/);
});

test("beside foreign load, the first step is to end the other programs", () => {
  const idle: Changes = { phase: "capacity", groupCoreShare: 0.5, foreign: [0.4, 0] };
  const drift: Changes = {
    phase: "cost",
    measured: { firstHalfUsPerMs: 400, secondHalfUsPerMs: 600 },
    foreign: [0, 0.4],
  };
  for (const [changes, code] of [
    [idle, "not-saturated"],
    [drift, "drift"],
  ] as const) {
    const fixWith = (foreign: number[]): string | undefined =>
      gate(readings({ ...changes, foreign })).find((one) => one.code === code)?.fix;
    assert.match(fixWith([...changes.foreign!])!, /^end the other programs/);
    assert.match(fixWith([0, 0])!, /^(raise|lengthen)/);
  }
});
