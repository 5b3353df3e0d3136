import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { scenarioWith } from "../spec/scenario.fixture.ts";
import { leastWarmup, warmupRange } from "./warm-up.ts";

const usual = scenarioWith({});
const given = scenarioWith({ warmup: "12s" });

test("the rounds of a run warm up for different lengths, spread evenly, however many they are", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 4, max: 40 }), (seed, first, rounds) => {
      const of = (at: number) => leastWarmup({ ...usual, seed }, { phase: "cost", round: first + at })!;
      const lengths = Array.from({ length: rounds }, (_, at) => of(at));
      const requests = lengths.map((length) => length.requests).toSorted((a, b) => a - b);
      assert.ok(requests[0]! >= 6000 && requests.at(-1)! <= 10_000);
      const gaps = [6000, ...requests].map((count, at) => (requests[at] ?? 10_000) - count);
      // the three-distance theorem: no gap is far beyond the mean one
      assert.ok(Math.max(...gaps) <= (2.7 * 4000) / rounds, String(requests));
      for (const { requests, ms } of lengths) assert.ok(Math.abs(requests / 8000 - ms / 9000) < 0.001);
    }),
  );
});

test("no round is shorter than the range says, nor longer than the time that is given", () => {
  for (const scenario of [usual, given]) {
    const { leastMs, mostMs } = warmupRange(scenario, "cost");
    for (let round = 1; round <= 100; round++) {
      const { ms } = leastWarmup(scenario, { phase: "cost", round })!;
      assert.ok(ms >= leastMs && ms <= mostMs, String(ms));
    }
  }
  assert.deepEqual(warmupRange(given, "cost"), { leastMs: 9000, mostMs: 12_000 });
});

test("all of the time is taken in other phases, by a service that runs already, and with a Collector", () => {
  const running = scenarioWith({ target: "url:http://127.0.0.1:8080", requests: [{ route: "/", path: "/" }] });
  const collected = scenarioWith({ collectors: ["batch"] });
  for (const [scenario, phase] of [
    [usual, "latency"],
    [running, "cost"],
    [collected, "cost"],
  ] as const) {
    assert.equal(leastWarmup(scenario, { phase, round: 1 }), undefined);
    assert.equal(warmupRange(scenario, phase).leastMs, scenario.warmupMs[phase]);
  }
});
