import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { seededRandom } from "../../src/base/random.ts";
import { dispersionOf, feltMs, heldMs, quantileOf } from "./truth.ts";

const HELD = Float64Array.from({ length: 900 }, (_, at) => 1 + at / 900);

suite("what requests sent on time would have felt", () => {
  test("without a stall is what the service held them", () => {
    assert.deepEqual(feltMs(HELD, undefined), HELD);
  });

  test("in a stall is the wait for its end besides, spread evenly over it", () => {
    const stalls = fc.record({
      forMs: fc.integer({ min: 100, max: 2000 }),
      overMs: fc.integer({ min: 3000, max: 9000 }),
    });
    const law = fc.property(stalls, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (stall, part) => {
      const felt = feltMs(HELD, stall);
      const share = stall.forMs / stall.overMs;
      const waiting = felt.length - HELD.length;
      assert.ok(Math.abs(waiting / felt.length - share) < 0.001);
      // the longest waits are those of the first that were due in it
      const wait = quantileOf(felt, 1 - share * part);
      assert.ok(Math.abs(wait - stall.forMs * (1 - part)) <= stall.forMs / waiting + 2);
    });
    fc.assert(law);
  });

  test("leaves out what the service read late, what it did not answer, and what came outside the window", () => {
    const log = {
      arrivedMs: Float64Array.of(5, 12, 20, 1020, 1100, 1200, 1300),
      answeredMs: Float64Array.of(9, 15, 1025, 1024, 1101, Number.NaN),
      stalledToMs: 1020,
    };
    assert.deepEqual(heldMs(log, 10, 2000), Float64Array.of(1, 3, 1005));
  });
});

suite("unevenness of arrivals", () => {
  const arrivalsAt = (atMs: (index: number) => number): Float64Array =>
    Float64Array.from({ length: 6000 }, (_, i) => atMs(i));
  const dispersion = (arrivals: Float64Array): number => dispersionOf(arrivals, 0, 10_000);

  test("is 0 for a comb, about 1 for arrivals at random, and far above for bursts", () => {
    const random = seededRandom(3);
    assert.equal(dispersion(arrivalsAt((index) => index / 0.6)), 0);
    const atRandom = dispersion(arrivalsAt(() => random() * 10_000));
    assert.ok(atRandom > 0.6 && atRandom < 1.5, String(atRandom));
    assert.ok(dispersion(arrivalsAt((index) => Math.floor(index / 600) * 1000)) > 100);
  });
});
