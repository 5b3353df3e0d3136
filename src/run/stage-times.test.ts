import assert from "node:assert/strict";
import { test } from "node:test";
import { scenarioWith } from "../spec/scenario.fixture.ts";
import { READY_WITHIN_MS } from "../load/engines/locust.ts";
import { planOf } from "../plan/plan.ts";
import { stageTimes } from "./stage-times.ts";

test("the warm-up of a trial may take as long as its engine may take to start", () => {
  const warmupMs = (driver: string): number => {
    const scenario = scenarioWith({ driver, phases: ["latency"] }, true);
    const plan = planOf(scenario);
    return stageTimes({ scenario, plan }, plan.trials.slice(0, 1)).warmupMs;
  };
  assert.equal(warmupMs("locust") - warmupMs("built-in"), READY_WITHIN_MS);
  assert.equal(warmupMs("vegeta"), warmupMs("built-in"));
});
