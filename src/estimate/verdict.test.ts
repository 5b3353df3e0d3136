import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide, roundsToSettle, type Claim } from "./verdict.ts";

/** A change in percent, whose rounds vary by so many percent; 2 % matters. */
function claimOf(percent: number, spreadPercent: number, { n = 4, df = n - 1 }: Partial<Claim["worse"]> = {}): Claim {
  const [mean, spread] = [Math.log1p(percent / 100), spreadPercent / 100];
  const worse = { mean, standardError: spread / Math.sqrt(n), df, n };
  return { worse, margin: Math.log1p(0.02), scale: "log" };
}

const decided = (...claim: Parameters<typeof claimOf>) => decide([claimOf(...claim)], 0.05)[0]!;

describe("what is the same in every round", () => {
  const same: Claim = { ...claimOf(0, 0), scale: "linear", margin: 0 };

  it("is equivalent, also at a margin of 0", () => {
    assert.deepEqual(decide([same], 0.05), [{ verdict: "equivalent", warnings: [] }]);
  });

  it("makes no other verdict stricter", () => {
    const beside = (...others: Claim[]) => decide([claimOf(5, 2), ...others], 0.05)[0];
    assert.equal(beside()!.verdict, "regression");
    assert.deepEqual(beside(same, same, same, same), beside());
    assert.equal(beside(claimOf(1, 9), claimOf(1, 9), claimOf(1, 9))!.verdict, "inconclusive");
  });
});

describe("an inconclusive claim says how to settle it", () => {
  it("by so many rounds, if 30 would do: more if the rounds vary more", () => {
    const roundsFor = (spread: number): number => {
      const { verdict, warnings } = decided(5, spread);
      assert.equal(verdict, "inconclusive");
      assert.match(warnings[0]!.message, /^4 rounds do not settle it.*; about (\d+) would do at this spread$/);
      return Number(/^--rounds (\d+)$/.exec(warnings[0]!.fix)![1]);
    };
    const [few, more] = [roundsFor(4), roundsFor(8)];
    assert.ok(4 < few && few < more && more <= 30, `${few} ${more}`);
  });

  it("not by rounds, if 30 would not do or the change is about as large as the threshold", () => {
    for (const [percent, spread] of [
      [5, 40],
      [1.99, 3],
    ] as const) {
      const { verdict, warnings } = decided(percent, spread);
      assert.equal(verdict, "inconclusive");
      assert.match(warnings[0]!.fix, /--duration/);
      assert.doesNotMatch(warnings[0]!.fix, /--rounds/);
    }
  });

  it("by four rounds, if there are fewer", () => {
    for (const n of [1, 2, 3]) {
      const { verdict, warnings } = decided(50, 1, { n });
      assert.equal(verdict, undefined);
      assert.equal(warnings[0]!.message, `no verdict from fewer than 4 rounds (here ${n})`);
      assert.match(warnings[0]!.fix, /^--rounds 4 or more/);
    }
  });
});

describe("rounds that put an interval on one side of a limit", () => {
  const roundsAt = (limit: number): number | undefined =>
    roundsToSettle({ center: 100, low: 90, high: 110, n: 6 }, limit);

  it("are more the nearer the limit is, alike on both sides, and unknown if it is too near", () => {
    const [far, near] = [roundsAt(109), roundsAt(105)];
    assert.ok(far !== undefined && near !== undefined && 6 < far && far < near && near <= 30, `${far} ${near}`);
    assert.deepEqual([roundsAt(91), roundsAt(95)], [far, near]);
    assert.deepEqual([100.1, 100, 99.9].map(roundsAt), [undefined, undefined, undefined]);
  });
});
