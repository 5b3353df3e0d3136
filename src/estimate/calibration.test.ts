import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrationFindings } from "./calibration.ts";
import { calibrationSections } from "./calibration.fixture.ts";
import { baselineCpuUs, wallMsOf } from "./calibration-ratios.ts";

const near = (actual: number | undefined, expected: number, within: number): void =>
  assert.ok(Math.abs(actual! - expected) <= within, `${actual} is not ${expected}`);

test("on an honest instrument every promise holds", () => {
  const { twins, truths, outcome } = calibrationFindings(calibrationSections());
  assert.equal(outcome, "held");
  assert.deepEqual(
    twins.map(({ variant, sideBySide }) => [variant, sideBySide!.truth, sideBySide!.outcome]),
    [
      ["none", 1, "held"],
      ["always_on", 1, "held"],
    ],
  );
  assert.deepEqual(
    truths.map(({ asked, promised, outcome }) => [asked, promised, outcome]),
    [
      [0.01, false, "held"],
      [0.05, true, "held"],
      [0.2, true, "held"],
    ],
  );
});

test("the truth is what was burnt, over the baseline as it was then, and not what was asked for", () => {
  const { truths } = calibrationFindings(calibrationSections({ noise: { near: 1e-6, far: 0.1 }, misreported: 1.5 }));
  for (const { truth, asked, ratio } of truths) {
    near(truth, 1 + 1.5 * asked, 1e-4);
    near(ratio.center, 1 + asked, 1e-4);
  }
});

test("an instrument that misses a known cost, or tells twins apart, breaks its promise", () => {
  assert.equal(calibrationFindings(calibrationSections({ misreported: 1.5 })).outcome, "broken");
  const { twins, outcome } = calibrationFindings(calibrationSections({ unlikeTwins: 0.05 }));
  assert.deepEqual([twins[0]!.sideBySide!.outcome, twins[1]!.sideBySide!.outcome], ["broken", "held"]);
  assert.equal(outcome, "broken");
});

test("over many calibrations of an honest instrument, at most one in twenty breaks a promise", () => {
  const runs = 1000;
  const outcomes = Array.from(
    { length: runs },
    (_, seed) => calibrationFindings(calibrationSections({ seed: seed + 1, rounds: 4 })).outcome,
  );
  const share = (outcome: string): number => outcomes.filter((one) => one === outcome).length / runs;
  // 5 %, and two standard errors of a share over 1,000 runs
  assert.ok(share("broken") <= 0.064, String(share("broken")));
  // uncorrected, one in five or six would miss: those are told as chance
  assert.ok(share("doubtful") > 0.05 && share("held") > 0.75, `${share("doubtful")} ${share("held")}`);
});

test("how many times as wide the classical design's intervals are has an interval of its own, which covers the truth", () => {
  let covered = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const { timesAsWide } = calibrationFindings(calibrationSections({ seed, noise: { near: 0.01, far: 0.1 } }));
    if (timesAsWide!.low! <= 10 && 10 <= timesAsWide!.high!) covered++;
  }
  assert.ok(covered / 400 > 0.92 && covered / 400 < 0.98, String(covered / 400));
});

test("the wrappers' cost is always_on against the bare SDK, and solo is held against side by side", () => {
  const noise = { near: 1e-6, far: 0.1 };
  const sections = calibrationSections({ noise, wrappers: 0.007, tracing: { near: 1.6, solo: 1.5 } });
  const { wrappers, solo } = calibrationFindings(sections);
  near(wrappers!.center, 1.007, 1e-4);
  near(solo!.sideBySide.center, 1.6, 1e-4);
  near(solo!.alone.center, 1.5, 1e-4);
  near(solo!.quotient!.center, 1.6 / 1.5, 1e-4);
  assert.ok(solo!.quotient!.low! < 1.6 / 1.5 && 1.6 / 1.5 < solo!.quotient!.high!);
});

test("the second instrument is told where there is one", () => {
  const sections = calibrationSections();
  assert.equal(calibrationFindings(sections).instruments, undefined);
  const records = sections.sideBySide.records.map((record) => ({
    ...record,
    resources: { ...record.resources!, cpuUsSelfReported: record.resources!.cpuUs / 1.02 },
  }));
  const { instruments } = calibrationFindings({ sideBySide: { ...sections.sideBySide, records } });
  near(instruments!.center, 1.02, 1e-9);
});

test("the noise floor is the wider of the twins' intervals, with the machine and the day it holds for", () => {
  const sections = calibrationSections();
  const { twins, noiseFloor } = calibrationFindings(sections);
  const widths = twins.map(({ sideBySide }) => (sideBySide!.ratio.high! - sideBySide!.ratio.low!) / 2);
  assert.deepEqual(noiseFloor, {
    cpuRatioHalfWidth: Math.max(...widths),
    rounds: 6,
    target: "orders",
    calibratedAt: sections.sideBySide.environment.startedAt,
    cpu: { model: "A", cores: 2 },
    node: "v24.21.0",
  });
});

test("three rounds give intervals, but no noise floor; one round gives neither", () => {
  const three = calibrationFindings(calibrationSections({ rounds: 3 }));
  assert.ok(three.twins[0]!.sideBySide!.ratio.low !== undefined);
  assert.equal(three.noiseFloor, undefined);
  const one = calibrationFindings(calibrationSections({ rounds: 1 }));
  assert.equal(one.outcome, "unsettled");
  assert.equal(one.timesAsWide, undefined);
});

test("what was not reached or is void is absent, and leaves its promise unsettled", () => {
  const { sideBySide } = calibrationSections();
  const findings = calibrationFindings({ sideBySide });
  assert.deepEqual([findings.truths, findings.wrappers, findings.solo], [[], undefined, undefined]);
  assert.equal(findings.outcome, "unsettled");
  const records = sideBySide.records.map((record) => ({ ...record, valid: record.trial.variant !== "none" }));
  const without = calibrationFindings({ sideBySide: { ...sideBySide, records } });
  assert.equal(without.twins[0]!.sideBySide, undefined);
  assert.equal(baselineCpuUs({ ...sideBySide, records }), undefined);
  assert.equal(calibrationFindings({}).outcome, "unsettled");
});

test("wall-clock time counts blocks, not the trials that share one", () => {
  const { sideBySide } = calibrationSections({ rounds: 3 });
  assert.equal(wallMsOf(sideBySide), 3 * 10_000);
});
