import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { leastWarmup } from "./warm-up.ts";

const warmupLeast = { requests: 8000, ms: 9000 };

test("the rounds of a run warm up for different lengths, spread evenly about the scenario's, however many they are", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 4, max: 40 }), (seed, first, rounds) => {
      const lengths = Array.from({ length: rounds }, (_, at) =>
        leastWarmup({ seed, warmupLeast }, { phase: "cost", round: first + at })!,
      );
      const requests = lengths.map((length) => length.requests).toSorted((a, b) => a - b);
      assert.ok(requests[0]! >= 6000 && requests.at(-1)! <= 10_000);
      const gaps = [6000, ...requests].map((count, at) => (requests[at] ?? 10_000) - count);
      // the three-distance theorem: no gap is far beyond the mean one
      assert.ok(Math.max(...gaps) <= (2.7 * 4000) / rounds, String(requests));
      for (const { requests, ms } of lengths) assert.ok(Math.abs(requests / 8000 - ms / 9000) < 0.001);
    }),
  );
});

test("a warm-up of a given time, and one of another phase, has no other length", () => {
  assert.equal(leastWarmup({ seed: 1, warmupLeast: undefined }, { phase: "cost", round: 1 }), undefined);
  assert.equal(leastWarmup({ seed: 1, warmupLeast }, { phase: "latency", round: 1 }), undefined);
});
