import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "../base/random.ts";
import type { Results } from "../record/results.ts";
import { historyOf } from "./history.ts";
import { normal, syntheticMicroRecord, syntheticRecord, syntheticResults } from "./synthetic.fixture.ts";

/** One run a day; the cost of `always_on` over `none` is given. */
function runs(costs: readonly number[]): Results[] {
  const random = seededRandom(8);
  return costs.map((cost, day) => {
    const records = [1, 2, 3, 4].flatMap((round) => {
      const machine = 100 * Math.exp(0.2 * normal(random));
      return [
        syntheticRecord({ variant: "none", round, cpu: machine }),
        syntheticRecord({ variant: "always_on", round, cpu: machine * cost * Math.exp(0.004 * normal(random)) }),
      ];
    });
    const results = syntheticResults(records);
    const startedAt = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
    return { ...results, environment: { ...results.environment, startedAt, commit: `c${day}` } };
  });
}

const level = (days: number, cost: number): number[] => Array.from({ length: days }, () => cost);

describe("a history", () => {
  it("follows the ratio to `none` over runs in order of time, and finds where it changed", () => {
    const history = historyOf(runs([...level(10, 1.5), ...level(10, 1.6)]).toReversed());
    const cpu = history.find(({ metric }) => metric === "cpuUsPerRequest")!;
    assert.equal(cpu.points.length, 20);
    assert.equal(cpu.points[0]!.commit, "c0");
    assert.deepEqual(
      cpu.changes.map((change) => change.index),
      [10],
    );
    assert.ok(Math.abs(cpu.changes[0]!.ratio - 1.6 / 1.5) < 0.01);
  });

  it("tells a part in ns at the newest run's speed of the yardstick, so that the machine's drift is not in it", () => {
    const runs = [1.4, 1, 1.2].map((slowness, day) => {
      const records = [1, 2, 3, 4].flatMap((round) => [
        syntheticMicroRecord("none", round, 1000 * slowness),
        syntheticMicroRecord("span/attribute", round, 50 * slowness),
      ]);
      const results = syntheticResults(records);
      const startedAt = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
      return { ...results, environment: { ...results.environment, startedAt } };
    });
    const [part, ...others] = historyOf(runs);
    assert.deepEqual([part!.variant, part!.unit, part!.against, others], ["span/attribute", "ns", undefined, []]);
    assert.deepEqual(
      part!.points.map(({ estimate }) => estimate.center.toFixed(6)),
      ["60.000000", "60.000000", "60.000000"],
    );
  });

  it("finds nothing where only the machine changed", () => {
    const cpu = historyOf(runs(level(20, 1.5))).find(({ metric }) => metric === "cpuUsPerRequest")!;
    assert.deepEqual(cpu.changes, []);
  });
});
