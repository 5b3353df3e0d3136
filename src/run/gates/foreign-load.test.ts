import assert from "node:assert/strict";
import { test } from "node:test";
import type { Phase } from "../../spec/phases.ts";
import { type Changes, codesOf, readings } from "./readings.fixture.ts";
import { gate } from "./gates.ts";

test("beyond half a core other programs make invalid what is measured alone, and nothing that is compared in the same moment", () => {
  const foreign = (phase: Phase, share: number): boolean | undefined => {
    const [warning, ...others] = gate(readings({ phase, groupCoreShare: 1, busyUs: (1.15 + share) * 1e7 })).filter(
      ({ code }) => code !== "target-busy",
    );
    assert.deepEqual([warning!.code, others], ["foreign-load", []]);
    return warning!.invalidates;
  };
  for (const phase of ["latency", "capacity"] as const)
    assert.deepEqual([foreign(phase, 0.49), foreign(phase, 0.51)], [false, true], phase);
  assert.equal(foreign("cost", 0.85), false);
});

const foreignLoad = (changes: Changes): ReturnType<typeof gate>[number] => {
  const [warning, ...others] = gate(readings({ phase: "capacity", ...changes }));
  assert.deepEqual([warning?.code, others], ["foreign-load", []]);
  return warning!;
};

test("on a machine of many cores, only what other programs take from target, driver and sink invalidates", () => {
  const browser = foreignLoad({ foreign: [0, 0, 0, 0, 0.6, 0, 0, 0] });
  assert.equal(browser.invalidates, false);
  assert.match(browser.message, /^other programs used 65\.0 % of a core \(limit 15\.0 %.*\)$/);
  const onTargets = foreignLoad({ foreign: [0.6, 0, 0, 0, 0, 0, 0, 0] });
  assert.equal(onTargets.invalidates, true);
  assert.match(onTargets.message, /^other programs took 60\.0 % of a core from the target .* 50\.0 %.*\)$/);
  const build = foreignLoad({ foreign: [0, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6] });
  assert.equal(build.invalidates, true);
  assert.match(build.message, / 60\.7 % from driver and sink .* 50\.0 %.*\)$/);
});

test("if nothing is pinned, other programs take from target and driver alike, what there is of cores", () => {
  const invalidates = (...foreign: number[]): boolean => foreignLoad({ pinned: false, foreign }).invalidates!;
  assert.deepEqual([invalidates(0.5, 0), invalidates(0, 0.4), invalidates(0.6, 0, 0, 0)], [true, false, false]);
});

test("if a container numbers its cores in another way than the kernel, it is as if nothing were pinned", () => {
  const warningsAt = (...foreign: number[]): ReturnType<typeof gate> =>
    gate(readings({ phase: "capacity", firstInMasks: 12, foreign }));
  assert.deepEqual(warningsAt(0, 0), [], "what target and driver take is not foreign");
  assert.deepEqual(
    warningsAt(0.6, 0).map(({ invalidates, message }) => [
      invalidates,
      /^other programs took \d+\.\d % .* and \d+\.\d % /.test(message),
    ]),
    [[true, true]],
  );
});

test("beside a service of the user's own, other programs may be its database: they make nothing invalid", () => {
  const { invalidates, fix } = foreignLoad({ target: "command:node server.mjs", foreign: [0.7, 0.7] });
  assert.equal(invalidates, false);
  assert.match(fix, /database/);
});

test("the programs that took it are named", () => {
  const at = { ...readings({ phase: "capacity", foreign: [0.6, 0] }), programs: ["chrome", "tsc"] };
  assert.deepEqual(
    gate(at).map(({ programs }) => programs),
    [["chrome", "tsc"]],
  );
});

test("side by side the neighbours are no foreigners, whatever this variant's own share", () => {
  const shared: Changes = { phase: "cost", resources: { targetCoreShare: 0.1 }, groupCoreShare: 0.4, busyUs: 6e6 };
  assert.deepEqual(codesOf(shared), []);
  assert.deepEqual(codesOf({ ...shared, busyUs: 8e6 }), ["foreign-load"]);
});

test("a Collector that yields to a driver on full cores may lose spans by that, which is said", () => {
  assert.deepEqual(codesOf({ collectorsShare: 0.8 }), ["collector-starved"]);
  assert.deepEqual(codesOf({ collectorsShare: 0.7 }), []);
  assert.deepEqual(codesOf({ collectorsShare: 0.8, foreign: [0, 0, 0] }), []);
});
