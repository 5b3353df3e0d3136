import assert from "node:assert/strict";
import { test } from "node:test";
import { estimateAll } from "./estimate-all.ts";
import { syntheticRecord } from "./synthetic.fixture.ts";

/** Two variants whose ratio never changes, however much the baseline's own figure does. */
function withBaseline(cpu: readonly number[]) {
  const records = cpu.flatMap((baseline, index) => [
    syntheticRecord({ variant: "none", round: index + 1, cpu: baseline }),
    syntheticRecord({ variant: "always_on", round: index + 1, cpu: 1.5 * baseline }),
  ]);
  return estimateAll(records).filter(({ warnings }) => warnings.some(({ code }) => code === "baseline-unstable"));
}

test("a baseline whose CPU per request varies by more than 10 % over rounds is told on every figure against it", () => {
  const told = withBaseline([100, 140, 90, 120]);
  assert.deepEqual(
    told.map(({ variant, against, metric, unit }) => [variant, against, metric, unit]),
    [
      ["always_on", "none", "cpuUsPerRequest", "ratio"],
      ["always_on", "none", "cpuUsPerRequest", "us/request"],
    ],
  );
  const warning = told[0]!.warnings.find(({ code }) => code === "baseline-unstable");
  assert.match(warning!.message, /of none itself varied by 20 % over 4 rounds \(limit 10 %\)/);
  assert.match(warning!.fix, /--rounds/);
});

test("a baseline within 10 %, or measured once, is not", () => {
  assert.deepEqual(withBaseline([100, 110, 95, 104]), []);
  assert.deepEqual(withBaseline([100]), []);
});
