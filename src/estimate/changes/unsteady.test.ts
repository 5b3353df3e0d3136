import assert from "node:assert/strict";
import { test } from "node:test";
import { fixtureResults } from "../../report/results.fixture.ts";
import type { CostPhase } from "../../spec/phases.ts";
import { estimatesOf } from "../estimates.ts";
import { isUnsteady } from "./unsteady.ts";

/** CPU in the second half over the first, by round. */
function verdictWith(driftOf: (variant: string, round: number) => number, costPhase: CostPhase = "cost") {
  const results = fixtureResults({ rounds: 6, requests: 50 });
  const records = results.records.map((record) => ({
    ...record,
    trial: { ...record.trial, phase: record.trial.phase === "cost" ? costPhase : record.trial.phase },
    ...(record.resources && {
      resources: { ...record.resources, cpuDrift: driftOf(record.trial.variant, record.trial.round) },
    }),
  }));
  const { estimates } = estimatesOf({ ...results, records });
  return estimates.find(
    ({ phase, variant, metric, unit, against }) =>
      phase === costPhase &&
      variant === "ratio:0.1" &&
      metric === "cpuUsPerRequest" &&
      unit === "ratio" &&
      against === "none",
  )!;
}
const codesOf = ({ warnings }: ReturnType<typeof verdictWith>): string[] => warnings.map(({ code }) => code);

test("a variant that becomes so much cheaper within its windows that it may be all of its cost has no verdict, and the reason", () => {
  const unsteady = verdictWith((variant, round) => (variant === "ratio:0.1" ? 0.6 : 1) * (1 + round / 500));
  assert.equal(unsteady.verdict, "inconclusive");
  assert.ok(codesOf(unsteady).includes("unsteady"));
});

test("at a further rate of the phase cost too, by which advise may choose", () => {
  const unsteady = verdictWith((variant, round) => (variant === "ratio:0.1" ? 0.6 : 1) * (1 + round / 500), "cost-2");
  assert.ok(isUnsteady(unsteady));
});

test("one that drifts as all others do, or now up and now down, has its verdict", () => {
  for (const drift of [
    (_: string, round: number) => 0.87 + round / 500,
    (variant: string, round: number) => (variant === "ratio:0.1" ? 1 + (-1) ** round / 5 : 1),
  ]) {
    const steady = verdictWith(drift);
    assert.notEqual(steady.verdict, "inconclusive");
    assert.ok(!codesOf(steady).includes("unsteady"));
  }
});

test("one that becomes a little cheaper keeps the verdict of a difference that is far larger, with the warning", () => {
  const drifting = verdictWith((variant, round) => (variant === "ratio:0.1" ? 0.93 : 1) * (1 + round / 500));
  assert.notEqual(drifting.verdict, "inconclusive");
  assert.ok(codesOf(drifting).includes("unsteady"));
});
