import assert from "node:assert/strict";
import { test } from "node:test";
import type { Trial } from "../plan/plan.ts";
import { recordOf } from "../record/records.fixture.ts";
import type { GroupOutcome } from "./group.ts";
import { missingGroups, Outcomes } from "./outcomes.ts";

test("a run ends once every variant was tried and none could be measured", () => {
  const outcomes = new Outcomes([{ id: "none" }, { id: "always_on" }], []);
  outcomes.add(unmeasurable(latency(1)));
  assert.equal(outcomes.stopReason, undefined);
  outcomes.add(unmeasurable(latency(1, "none")));
  assert.match(outcomes.stopReason!, /exit code 1/);
});

test("a group of which one trial is done is missing as a whole", () => {
  const cost = ["none", "always_on"].map((variant) => trialOf("cost", 1, variant));
  const trials = [...cost, ...latency(1)];
  const missing = (...done: readonly Trial[]): number => missingGroups(trials, done.map(completed)).flat().length;
  assert.deepEqual([missing(), missing(cost[0]!), missing(...cost), missing(...trials)], [3, 3, 1, 0]);
});

function latency(round: number, variant = "always_on"): Trial[] {
  return [trialOf("latency", round, variant)];
}

function trialOf(phase: Trial["phase"], round: number, variant: string): Trial {
  return { id: `${round}/${phase}/${variant}`, block: phase === "cost" ? 0 : 1, phase, round, variant, seed: round };
}

function completed(trial: Trial) {
  return recordOf(trial, { ending: "completed", valid: true });
}

function unmeasurable(trials: readonly Trial[]): GroupOutcome {
  const records = trials.map((trial) => recordOf(trial, { ending: "failed", valid: false, failure: "exit code 1" }));
  return { records, measurable: false };
}
