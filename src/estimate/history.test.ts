import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "../base/random.ts";
import type { Results } from "../record/results.ts";
import { followedRun, historyOf, type HistorySeries } from "./history.ts";
import { normal } from "../record/records.fixture.ts";
import { syntheticRecord, syntheticResults } from "./synthetic.fixture.ts";

/** One run a day; the cost of `always_on` over `none` is given. */
function runs(costs: readonly number[], random = seededRandom(8), noise = 0.004): Results[] {
  return costs.map((cost, day) => {
    const records = [1, 2, 3, 4].flatMap((round) => {
      const machine = 100 * Math.exp(0.2 * normal(random));
      return [
        syntheticRecord({ variant: "none", round, cpu: machine }),
        syntheticRecord({ variant: "always_on", round, cpu: machine * cost * Math.exp(noise * normal(random)) }),
      ];
    });
    const results = syntheticResults(records);
    const startedAt = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
    return { ...results, environment: { ...results.environment, startedAt, commit: `c${day}` } };
  });
}

const seriesOf = (all: readonly Results[]): HistorySeries[] => historyOf(all.map(followedRun), all.slice(-2));
const level = (days: number, cost: number): number[] => Array.from({ length: days }, () => cost);

describe("a history", () => {
  it("follows the ratio to `none` over runs", () => {
    const all = runs([...level(3, 1.5), ...level(3, 1.6)]);
    const cpu = seriesOf(all).find(({ metric }) => metric === "cpuUsPerRequest")!;
    assert.deepEqual(
      cpu.points.map(({ commit }) => commit),
      ["c0", "c1", "c2", "c3", "c4", "c5"],
    );
    assert.ok(Math.abs(cpu.points[5]!.estimate.center - 1.6) < 0.01);
    assert.ok(all.every((run) => followedRun(run).unavailable.length === 0));
  });

  it("judges its last step, from which the machine's drift is taken out", () => {
    const stepOf = (...costs: readonly number[]) =>
      seriesOf(runs(costs)).find(({ metric }) => metric === "cpuUsPerRequest")!.lastStep;
    const { center, low, high, verdict, method } = stepOf(1.5, 1.5, 1.65)!;
    assert.equal(verdict, "regression");
    assert.match(method, /1\/6 of the error/);
    assert.ok(low! < 1.1 && 1.1 < high! && Math.abs(center - 1.1) < 0.02);
    assert.notEqual(stepOf(1.5, 1.65, 1.65)!.verdict, "regression");
    assert.equal(stepOf(1.5), undefined);
  });

  it("shows a step on any day in at most 5 % of the histories in which nothing changes, and finds a large one late", () => {
    const random = seededRandom(5);
    const isStep = (all: readonly Results[]): boolean =>
      seriesOf(all).some(({ lastStep }) => lastStep?.verdict === "regression" || lastStep?.verdict === "improvement");
    const wrong = Array.from({ length: 400 }, () => runs(level(10, 1.5), random, 0.05)).filter((all) =>
      all.some((_, day) => isStep(all.slice(0, day + 1))),
    );
    assert.ok(wrong.length <= 20, `${wrong.length} of 400`);
    assert.ok(isStep(runs([...level(9, 1.5), 1.65])));
  });
});
