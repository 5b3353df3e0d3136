import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fitsAnother, measuredPlan, microPlan } from "./plan.ts";

const effort = { warmupMs: 1, timeMs: 1 };
const parts = ["id/span", "id/trace", "span/event", "span/attribute", "context/switch"];

test("a round holds every part once, in an order of its own, and the yardstick at its end", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(1000), (rounds, seed) => {
      const { trials } = microPlan({ parts, rounds, seed, effort });
      const byRound = [...Map.groupBy(trials, ({ round }) => round).values()];
      assert.equal(byRound.length, rounds);
      for (const round of byRound) {
        const names = round.map(({ variant }) => variant);
        assert.equal(names.at(-1), "none");
        assert.deepEqual(names.slice(0, -1).toSorted(), parts.toSorted());
      }
    }),
  );
  const orders = new Set(
    [...Map.groupBy(microPlan({ parts, rounds: 20, seed: 1, effort }).trials, ({ round }) => round).values()].map(
      (round) => round.map(({ variant }) => variant).join(" "),
    ),
  );
  assert.ok(orders.size > 10);
});

test("the same seed gives the same plan, and a longer plan begins with the shorter", () => {
  const long = microPlan({ parts, rounds: 9, seed: 3, effort });
  assert.deepEqual(measuredPlan(long, 4), microPlan({ parts, rounds: 4, seed: 3, effort }));
});

test("rounds go on while another as long as the slowest ends in time, and the first is always measured", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      fc.integer({ min: 50, max: 500 }),
      (all, limit) => {
        const done: number[] = [];
        for (const ms of all) if (fitsAnother(done, limit)) done.push(ms);
        const slowest = Math.max(...all);
        assert.ok(done.length >= 1);
        assert.ok(done.reduce((sum, ms) => sum + ms, 0) <= limit + slowest);
      },
    ),
  );
  assert.equal(fitsAnother([10, 20], 50), true);
  assert.equal(fitsAnother([10, 20], 49), false);
});
