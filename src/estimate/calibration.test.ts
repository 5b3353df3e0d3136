import assert from "node:assert/strict";
import { test } from "node:test";
import { meanCpuUs, calibrationFindings, floorFor } from "./calibration.ts";
import { calibrationSections } from "./calibration.fixture.ts";
import { near } from "./picked.fixture.ts";

test("with a correct instrument every promise holds", () => {
  const { twins, burns, outcome } = calibrationFindings(calibrationSections());
  assert.equal(outcome, "held");
  assert.deepEqual(
    [...twins, ...burns].map((check) => [check.what, check.outcome]),
    [
      ["none", "held"],
      ["always_on", "held"],
      [0.05, "held"],
      [0.2, "held"],
    ],
  );
});

test("the truth is what was burnt, over the baseline as it was then, and not what was asked for", () => {
  const { burns } = calibrationFindings(calibrationSections({ noise: 1e-6, misreported: 1.5 }));
  for (const { truth, what, ratio } of burns) {
    near(truth, 1 + 1.5 * Number(what), 1e-4);
    near(ratio.center, 1 + Number(what), 1e-4);
  }
});

test("an instrument that misses a known cost, or finds a difference between twins, breaks its promise", () => {
  assert.equal(calibrationFindings(calibrationSections({ misreported: 1.5 })).outcome, "broken");
  const { twins, outcome } = calibrationFindings(calibrationSections({ unlikeTwins: 0.05 }));
  assert.deepEqual(
    twins.map((twin) => twin.outcome),
    ["broken", "held"],
  );
  assert.equal(outcome, "broken");
});

test("over many calibrations of a correct instrument, at most one in twenty breaks a promise", () => {
  const runs = 1000;
  const outcomes = Array.from(
    { length: runs },
    (_, seed) => calibrationFindings(calibrationSections({ seed: seed + 1, rounds: 4 })).outcome,
  );
  const share = (outcome: string): number => outcomes.filter((one) => one === outcome).length / runs;
  // 5 %, and two standard errors of a share over 1,000 runs
  assert.ok(share("broken") <= 0.064, String(share("broken")));
  assert.ok(share("doubtful") > 0.05 && share("held") > 0.75, `${share("doubtful")} ${share("held")}`);
});

test("the wrappers' cost is always_on against the bare SDK", () => {
  const { wrappers } = calibrationFindings(calibrationSections({ noise: 1e-6, wrappers: 0.007 }));
  near(wrappers!.center, 1.007, 1e-4);
});

test("the noise floor is the wider of the twins' intervals, with the machine and the day it holds for", () => {
  const sections = calibrationSections();
  const { twins, noiseFloor } = calibrationFindings(sections);
  const widths = twins.map(({ ratio }) => (ratio.high! - ratio.low!) / 2);
  assert.deepEqual(noiseFloor, {
    cpuRatioHalfWidth: Math.max(...widths),
    rounds: 6,
    target: "orders",
    calibratedAt: sections.sideBySide.environment.startedAt,
    cpu: { model: "Example CPU", cores: 2 },
    node: "v24.21.0",
  });
});

test("the noise floor of a run is that of its target and rounds", () => {
  const { noiseFloor } = calibrationFindings(calibrationSections());
  const { cpuRatioHalfWidth, rounds, target } = noiseFloor!;
  near(floorFor(noiseFloor!, target, rounds), cpuRatioHalfWidth, 1e-12);
  // t(0.975; 3) / √4 over t(0.975; 5) / √6
  near(floorFor(noiseFloor!, target, 4), (cpuRatioHalfWidth * (3.182446 / 2)) / (2.570582 / Math.sqrt(6)), 1e-6);
  assert.equal(floorFor(noiseFloor!, "bare:5", rounds), undefined);
  assert.equal(floorFor(noiseFloor!, target, 3), undefined);
});

test("fewer than four rounds give no interval, no noise floor, and settle no promise", () => {
  for (const rounds of [1, 2, 3]) {
    const { twins, burns, wrappers, noiseFloor, outcome } = calibrationFindings(calibrationSections({ rounds }));
    assert.deepEqual([noiseFloor, outcome], [undefined, "unsettled"]);
    const checks = [...twins, ...burns];
    assert.ok(checks.every((check) => check.ratio.low === undefined && check.outcome === "unsettled"));
    assert.equal(wrappers!.low, undefined);
  }
});

test("what was not reached or is invalid is absent, and leaves its promise unsettled", () => {
  const { sideBySide } = calibrationSections();
  const { burns, wrappers, outcome } = calibrationFindings({ sideBySide });
  assert.deepEqual([burns, wrappers, outcome], [[], undefined, "unsettled"]);
  const records = sideBySide.records.map((record) => ({ ...record, valid: record.trial.variant !== "none" }));
  const without = { ...sideBySide, records };
  assert.deepEqual(
    calibrationFindings({ sideBySide: without }).twins.map(({ what }) => what),
    ["always_on"],
  );
  assert.equal(meanCpuUs(without, "none"), undefined);
  assert.equal(calibrationFindings({}).outcome, "unsettled");
});

test("twins whose main threads differ break a promise, though nothing else shows it", () => {
  const outcomesOf = (unlikeMainThreads: number): readonly string[] => {
    const { twins, mainThreads, outcome } = calibrationFindings(calibrationSections({ unlikeMainThreads }));
    return [outcome, ...[...twins, ...mainThreads].map((check) => check.outcome)];
  };
  assert.deepEqual(outcomesOf(0), ["held", "held", "held", "held", "held"]);
  assert.deepEqual(outcomesOf(0.05), ["broken", "held", "held", "broken", "held"]);
});
