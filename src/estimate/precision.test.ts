import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { seededRandom } from "../base/random.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { plannedLooks } from "./estimate.ts";
import { takeLook } from "./precision.ts";
import { normal } from "../record/records.fixture.ts";
import { syntheticRecord } from "./synthetic.fixture.ts";

function measured(rounds: number, noise: number, seed = 1): TrialRecord[] {
  const random = seededRandom(seed);
  return Array.from({ length: rounds }, (_, i) =>
    ["none", "always_on"].map((variant) =>
      syntheticRecord({ variant, round: i + 1, cpu: 100 * Math.exp(noise * normal(random)) }),
    ),
  ).flat();
}

const wish = { rounds: 4, maxRounds: 16, precision: 0.01 };

describe("planned looks", () => {
  it("are at most three, ascending, the first at four rounds or more, the last at the most there may be", () => {
    assert.deepEqual(plannedLooks(wish), [4, 8, 16]);
    assert.deepEqual(plannedLooks({ ...wish, maxRounds: 4 }), [4]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 200 }), (rounds, maxRounds) => {
        const looks = plannedLooks({ rounds, maxRounds, precision: 0.01 });
        assert.ok(looks.length >= 1 && looks.length <= 3);
        assert.deepEqual(
          looks,
          [...new Set(looks)].toSorted((a, b) => a - b),
        );
        assert.equal(looks.at(-1), Math.max(rounds, maxRounds));
      }),
    );
  });

  it("are one, at the planned rounds, without a wish for precision", () =>
    assert.deepEqual(plannedLooks({ rounds: 6, maxRounds: 20 }), [6]));
});

describe("a look", () => {
  it("ends measuring if every comparison is precise enough", () => {
    const look = takeLook(measured(4, 0.001), wish, []);
    assert.equal(look.decision, "reached");
    assert.match(look.message, /^±1 % reached after 4 rounds/);
    assert.ok(look.halfWidth <= 0.01);
  });

  it("asks for rounds up to the next look if one is not", () => {
    const look = takeLook(measured(4, 0.02), wish, []);
    assert.deepEqual([look.decision, look.decision === "continue" && look.rounds], ["continue", 8]);
  });

  it("stops at the most rounds there may be", () => {
    const look = takeLook(measured(16, 0.1), wish, []);
    assert.equal(look.decision, "max-rounds");
    assert.match(look.message, /^stopped at 16 rounds with ±\d/);
  });

  it("goes on between planned looks", () => {
    const look = takeLook(measured(5, 0.0001), wish, []);
    assert.deepEqual([look.decision, look.decision === "continue" && look.rounds], ["continue", 8]);
  });

  it("goes on while a comparison that was asked for has no usable trial", () => {
    const records = measured(4, 0.001).map((record) =>
      record.trial.variant === "always_on" ? Object.assign(record, { valid: false }) : record,
    );
    assert.equal(takeLook(records, wish, []).decision, "continue");
  });

  it("asks more of the interval than a single look would: its width is that of confidence 1 − α / 3", () => {
    const records = measured(4, 0.01, 3);
    const three = takeLook(records, wish, []).halfWidth;
    const one = takeLook(records, { ...wish, maxRounds: 4 }, []).halfWidth;
    // t(1 − 0.05/6; 3) = 4.857, t(0.975; 3) = 3.182
    assert.ok(Math.abs(Math.log1p(three) / Math.log1p(one) - 4.857 / 3.182) < 0.001);
  });
});
