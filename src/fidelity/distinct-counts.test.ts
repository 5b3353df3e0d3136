import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sumOf } from "../base/sum-of.ts";
import { countKey, firstKeys, noCounts, type DistinctCounts } from "./distinct-counts.ts";

const MOST = 4;

function counted(keys: readonly string[]): DistinctCounts {
  const counts = noCounts();
  for (const key of keys) countKey(counts, key, MOST);
  return counts;
}

test("beyond the bound, the same keys are counted in any order and in any parts, and every count is there or omitted", () => {
  const keys = fc.array(fc.constantFrom(..."abcdefghijkl".split("")), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(keys, fc.nat(60), (all, at) => {
      const whole = firstKeys(counted(all), MOST);
      const parts = sumOf(counted(all.slice(at)), counted(all.slice(0, at)));
      assert.deepEqual(firstKeys(parts, MOST), whole);
      assert.ok(whole.counts.size <= MOST);
      assert.equal(
        whole.counts.values().reduce((sum, count) => sum + count, whole.omitted),
        all.length,
      );
    }),
  );
});
