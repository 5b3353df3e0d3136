import assert from "node:assert/strict";
import { test } from "node:test";
import type { Trial } from "../plan/plan.ts";
import { recordOf } from "../record/records.fixture.ts";
import { Outcomes, type GroupOutcome } from "./outcomes.ts";
import { missingGroups } from "./run.ts";

const VARIANTS = [{ id: "none" }, { id: "always_on" }];
const HUNG = { measurable: true, hangs: true };

test("a group that hung twice in succession is not tried again, and its records say why it hung", () => {
  const outcomes = new Outcomes(VARIANTS, []);
  outcomes.add(latency(1), outcomeOf(latency(1), HUNG, "the service did not answer"));
  assert.equal(outcomes.outcomeIfNotTried(latency(2)), undefined);
  outcomes.add(latency(2), outcomeOf(latency(2), HUNG, "another reason"));
  const [record] = outcomes.outcomeIfNotTried(latency(3))!.records;
  assert.equal(record!.ending, "failed");
  assert.match(record!.failure!, /the service did not answer/);
  assert.equal(outcomes.outcomeIfNotTried(latency(3, "none")), undefined, "another variant");
});

test("a service that once answered as expected is tried again, however often it hangs", () => {
  const outcomes = new Outcomes(VARIANTS, [completed(latency(1)[0]!)]);
  for (const round of [2, 3, 4]) outcomes.add(latency(round), outcomeOf(latency(round), HUNG, "no answer"));
  assert.equal(outcomes.outcomeIfNotTried(latency(5)), undefined);
});

test("a run ends once every variant was tried and none could be measured", () => {
  const outcomes = new Outcomes(VARIANTS, []);
  outcomes.add(latency(1), outcomeOf(latency(1), { measurable: false }, "exit code 1"));
  assert.equal(outcomes.stopReason, undefined);
  outcomes.add(latency(1, "none"), outcomeOf(latency(1, "none"), { measurable: false }, "exit code 1"));
  assert.match(outcomes.stopReason!, /exit code 1/);
});

test("a run ends after two trials in succession whose sink or load process did not answer", () => {
  const outcomes = new Outcomes(VARIANTS, []);
  for (const isLate of [true, false, true]) {
    outcomes.add(latency(1), outcomeOf(latency(1), { isLate, measurable: true }, "the sink is stopped"));
    assert.equal(outcomes.stopReason, undefined);
  }
  outcomes.add(latency(2), outcomeOf(latency(2), { isLate: true, measurable: true }, "the sink is stopped"));
  assert.match(outcomes.stopReason!, /the sink is stopped/);
});

test("a group with one trial done is missing as a whole", () => {
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

function outcomeOf(trials: readonly Trial[], changes: Partial<GroupOutcome>, failure: string): GroupOutcome {
  const records = trials.map((trial) => recordOf(trial, { ending: "failed", valid: false, failure }));
  return { records, measurable: false, isLate: false, hangs: false, ...changes };
}
