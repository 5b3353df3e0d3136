import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../base/problem.ts";
import { calibrationSections } from "../../estimate/calibration.fixture.ts";
import { BARE, BURNS, burningOf, meanCpuUs } from "../../estimate/calibration.ts";
import { groupsOf } from "../../plan/plan.ts";
import { sectionOf, SECTION_NAMES, type CalibrationOptions } from "./sections.ts";

const FULL: CalibrationOptions = { quick: false };

test("twins are the same variant under two names, and share their groups", () => {
  const { plan, scenario } = sectionOf("sideBySide", FULL, {});
  assert.deepEqual(
    plan.variants.map(({ id, sampler }) => [id, sampler.text]),
    [
      ["none", "none"],
      ["none (twin)", "none"],
      ["always_on", "always_on"],
      ["always_on (twin)", "always_on"],
    ],
  );
  assert.deepEqual(
    groupsOf(plan.trials).map((group) => group.map(({ phase }) => phase)),
    Array.from({ length: scenario.rounds }, () => ["cost", "cost", "cost", "cost"]),
  );
});

test("the burnt time is a share of what none was measured to take", () => {
  const { sideBySide } = calibrationSections({ noise: 1e-9 });
  const { special, plan } = sectionOf("knownTruth", FULL, { sideBySide });
  for (const share of BURNS) {
    assert.ok(Math.abs(special.get(burningOf(share))!.burnUsPerRequest! - 240 * share) < 1e-3);
    assert.ok(plan.variants.some(({ id, sampler }) => id === burningOf(share) && sampler.text === "none"));
  }
  assert.deepEqual(special.get("none"), { burnUsPerRequest: 0 });
  assert.deepEqual(special.get(BARE), { counted: false });
  assert.equal(sectionOf("sideBySide", FULL, { sideBySide }).special.size, 0);
});

test("the known truth is measured at a rate at which its variants leave their core idle", () => {
  const { sideBySide } = calibrationSections({ noise: 1e-9 });
  const perSecond = (earlier: object) => sectionOf("knownTruth", FULL, earlier).scenario.costRatePerSecond!;
  const cpuUs = (name: string) => meanCpuUs(sideBySide, name)!;
  const eachUs = 3 * cpuUs("none") + 2 * cpuUs("always_on") + BURNS.reduce((sum, share) => sum + share * 240, 0);
  assert.ok(perSecond({ sideBySide }) < perSecond({}));
  assert.ok((perSecond({ sideBySide }) * eachUs) / 1e6 <= 0.6);
});

test("no trial of a section has the id of another, and all sections together take less than four minutes", () => {
  const sections = SECTION_NAMES.map((name) => sectionOf(name, FULL, {}));
  for (const { plan } of sections) assert.equal(new Set(plan.trials.map(({ id }) => id)).size, plan.trials.length);
  assert.ok(sections.reduce((sum, { expectedMs }) => sum + expectedMs, 0) < 240_000);
});

test("options apply to every section, and a mistake names its option", () => {
  const { scenario } = sectionOf("knownTruth", { quick: true, rounds: "3", target: "bare:2" }, {});
  assert.deepEqual(scenario.rounds, 3);
  const mistakes: [Partial<CalibrationOptions>, RegExp][] = [
    [{ rounds: "0" }, /--rounds "0"/],
    [{ target: "oders" }, /"orders"/],
  ];
  for (const [options, expected] of mistakes) {
    assert.throws(
      () => sectionOf("sideBySide", { quick: false, ...options }, {}),
      (error) => error instanceof UserError && expected.test(error.message),
    );
  }
});
