import assert from "node:assert/strict";
import { test } from "node:test";
import { scenarioWith } from "./scenario.fixture.ts";
import { rateOf } from "./phases.ts";
import { readScenario } from "./read.ts";

test("each further cost rate is a phase of its own, and an earlier file has none", () => {
  const { phases, costRatePerSecond, furtherCostRatesPerSecond } = scenarioWith({
    costRate: ["50/s", "200/s", "800/s"],
  });
  assert.deepEqual(phases, ["cost", "latency", "capacity", "cost-2", "cost-3"]);
  assert.deepEqual([costRatePerSecond, furtherCostRatesPerSecond], [50, [200, 800]]);
  assert.deepEqual(scenarioWith({ costRate: "50/s" }).phases, ["cost", "latency", "capacity"]);
  assert.throws(() => scenarioWith({ costRate: ["50/s", "fast"] }), /--cost-rate "fast": expected/);
  assert.throws(() => scenarioWith({ phases: ["cost-2"] }), /--phase "cost-2"/);
  assert.throws(
    () => scenarioWith({ costRate: ["50/s"], phases: ["latency"] }),
    /^UserError: --cost-rate "50\/s": expected none/,
  );
  const ofFile = readScenario("instrumentations", { fields: { phases: ["start"] }, quick: false });
  assert.deepEqual(ofFile.phases, ["start"], "a rate in the scenario's file stands for the phases it names");
  const rates = Array(5).fill("9/s");
  assert.throws(() => scenarioWith({ costRate: rates }), /--cost-rate/);
});

test("variants side by side share one core: a target that takes longer gets fewer requests in all", () => {
  const ratesOf = (target: string): number[] =>
    [1, 3, 6].map((variants) => rateOf(scenarioWith({ target }), "cost", variants));
  assert.deepEqual(ratesOf("bare"), [600, 400, 200]);
  assert.deepEqual(ratesOf("fastapi"), [100, 100, 50]);
  assert.deepEqual(ratesOf("fastapi:chain"), [25, 25, 12]);
});
