import assert from "node:assert/strict";
import { test } from "node:test";
import type { Phase } from "../../spec/phases.ts";
import { readings, type Changes } from "../measure/readings.fixture.ts";
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
