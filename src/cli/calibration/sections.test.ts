import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../base/problem.ts";
import { calibrationSections } from "../../estimate/calibration.fixture.ts";
import { BARE, BURNS, burningOf } from "../../estimate/calibration.ts";
import { blocksOf } from "../../run/run.ts";
import { sectionOf, SECTION_NAMES, type CalibrationWish } from "./sections.ts";

const FULL: CalibrationWish = { quick: false };
const namesOf = (section: ReturnType<typeof sectionOf>): string[] => section.plan.variants.map(({ id: name }) => name);

test("twins are the same variant under two names, and share their blocks side by side", () => {
  const { plan, scenario } = sectionOf("sideBySide", FULL, {});
  assert.deepEqual(
    plan.variants.map(({ id, sampler, processor }) => [id, sampler.text, processor?.text]),
    [
      ["none", "none", undefined],
      ["none (twin)", "none", undefined],
      ["always_on", "always_on", "batch"],
      ["always_on (twin)", "always_on", "batch"],
    ],
  );
  assert.deepEqual(
    blocksOf(plan.trials).map((block) => block.map(({ phase }) => phase)),
    Array.from({ length: scenario.rounds }, () => ["cost", "cost", "cost", "cost"]),
  );
});

test("in sequence each has a block of its own, in the closed loop, as many rounds and as long as side by side took", () => {
  const { sideBySide } = calibrationSections({ rounds: 6 });
  const { plan, scenario, expectedMs } = sectionOf("inSequence", FULL, { sideBySide });
  assert.equal(scenario.rounds, 6);
  assert.ok(plan.trials.every(({ phase }) => phase === "capacity"));
  assert.equal(blocksOf(plan.trials).length, 6 * 4);
  // six blocks of 10 s were measured; windows are whole ms
  assert.ok(Math.abs(expectedMs - 60_000) <= plan.trials.length, String(expectedMs));
});

test("the burnt time is a share of what none was measured to take", () => {
  const { sideBySide } = calibrationSections({ noise: { near: 1e-9, far: 0.1 } });
  const { special, plan } = sectionOf("knownTruth", FULL, { sideBySide });
  for (const { share } of BURNS) {
    assert.ok(Math.abs(special.get(burningOf(share))!.burnUsPerRequest! - 240 * share) < 1e-3);
    assert.ok(plan.variants.some(({ id: name, sampler }) => name === burningOf(share) && sampler.text === "none"));
  }
  assert.deepEqual(special.get("none"), { burnUsPerRequest: 0 });
  assert.deepEqual(special.get(BARE), { counted: false });
  assert.ok(plan.variants.some(({ id: name, sampler }) => name === BARE && sampler.text === "always_on"));
});

test("only where a known cost is measured does anything burn", () => {
  const { sideBySide } = calibrationSections({ noise: { near: 1e-9, far: 0.1 } });
  assert.deepEqual([...sectionOf("solo", FULL, { sideBySide }).special], []);
});

test("alone each has the rate it has side by side, and a block of its own", () => {
  const solo = sectionOf("solo", FULL, {});
  assert.deepEqual(namesOf(solo), ["none", "always_on"]);
  assert.equal(solo.scenario.costRatePerSecond, sectionOf("sideBySide", FULL, {}).scenario.costRatePerSecond);
  assert.ok(blocksOf(solo.plan.trials).every((block) => block.length === 1));
});

test("no trial of a section has the id of another, and all sections together take less than six minutes", () => {
  let totalMs = 0;
  for (const name of SECTION_NAMES) {
    const { plan, expectedMs } = sectionOf(name, FULL, {});
    assert.equal(new Set(plan.trials.map(({ id }) => id)).size, plan.trials.length);
    totalMs += expectedMs;
  }
  assert.ok(totalMs < 340_000, String(totalMs));
});

test("the twins are under load for at most 90 s side by side", () => {
  const { rounds, warmupMs, durationMs } = sectionOf("sideBySide", FULL, {}).scenario;
  assert.ok(rounds * (warmupMs.cost + durationMs.cost) <= 90_000);
});

test("options are laid over it, and mistakes in them are told by their names", () => {
  const { scenario } = sectionOf("solo", { quick: true, rounds: "3", seed: "7", target: "bare:2" }, {});
  assert.deepEqual([scenario.rounds, scenario.seed, scenario.target.text], [3, 7, "bare:2"]);
  const mistakes: [Partial<CalibrationWish>, RegExp][] = [
    [{ rounds: "0" }, /^--rounds "0": expected a whole number from 1 to/],
    [{ seed: "x" }, /^--seed "x"/],
    [{ target: "oders" }, /did you mean "orders"/],
  ];
  for (const [wish, expected] of mistakes) {
    assert.throws(
      () => sectionOf("solo", { quick: false, ...wish }, {}),
      (error) => error instanceof UserError && expected.test(error.message),
    );
  }
});
