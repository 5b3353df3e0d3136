import assert from "node:assert/strict";
import { test } from "node:test";
import { scenarioWith } from "../../spec/scenario.fixture.ts";
import { planOf } from "../../plan/plan.ts";
import { planText } from "./plan-text.ts";

test("the plan names the engine that sends the load, if it is not the built-in driver", () => {
  const of = (driver: string): string => {
    const scenario = scenarioWith({ driver, phases: ["latency"] }, true);
    return planText(scenario, planOf(scenario), "out.json");
  };
  assert.match(of("locust:workers=3"), /^driver: locust:workers=3$/m);
  assert.doesNotMatch(of("built-in"), /^driver:/m);
});
