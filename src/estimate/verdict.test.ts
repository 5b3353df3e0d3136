import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judge, type Claim } from "./verdict.ts";

/** A change in percent, whose rounds vary by so many percent, of which 2 % matters. */
function claimOf(
  percent: number,
  spreadPercent: number,
  { n = 4, df = n - 1, phase = "cost" }: Partial<Claim["worse"]> & Partial<Pick<Claim, "phase">> = {},
): Claim {
  const [mean, spread] = [Math.log1p(percent / 100), spreadPercent / 100];
  const worse = { mean, standardError: spread / Math.sqrt(n), df, n };
  return { phase, worse, margin: Math.log1p(0.02), scale: "log" };
}

const judged = (...claim: Parameters<typeof claimOf>) => judge([claimOf(...claim)], 0.05)[0]!;

describe("what is the same in every round", () => {
  const same: Claim = { ...claimOf(0, 0), scale: "linear", margin: 0 };

  it("is equivalent, also where nothing else would do", () => {
    assert.deepEqual(judge([same], 0.05), [{ verdict: "equivalent", warnings: [] }]);
  });

  it("makes no other verdict stricter", () => {
    const beside = (...others: Claim[]) => judge([claimOf(5, 2), ...others], 0.05)[0];
    assert.equal(beside()!.verdict, "regression");
    assert.deepEqual(beside(same, same, same, same), beside());
    assert.equal(beside(claimOf(1, 9), claimOf(1, 9), claimOf(1, 9))!.verdict, "inconclusive");
  });
});

describe("what settled nothing says how to settle it", () => {
  it("by so many rounds, where 30 would do: more where the rounds vary more", () => {
    const roundsFor = (spread: number): number => {
      const { verdict, warnings } = judged(5, spread);
      assert.equal(verdict, "inconclusive");
      assert.match(warnings[0]!.message, /^4 rounds do not settle it.*; about (\d+) would do at this spread$/);
      return Number(/^--rounds (\d+)$/.exec(warnings[0]!.fix)![1]);
    };
    const [few, more] = [roundsFor(4), roundsFor(8)];
    assert.ok(4 < few && few < more && more <= 30, `${few} ${more}`);
  });

  it("by more rounds where fewer count: a trimmed mean of 12 has 7 degrees of freedom, not 11", () => {
    const roundsFor = (df: number): number =>
      Number(/^--rounds (\d+)$/.exec(judged(2.1, 3.3, { n: 12, df }).warnings[0]!.fix)![1]);
    assert.ok(roundsFor(11) < roundsFor(7), `${roundsFor(11)} ${roundsFor(7)}`);
  });

  it("by a quieter machine, where 30 rounds would not do; what they would leave is told", () => {
    const { message, fix } = judged(5, 40).warnings[0]!;
    assert.match(message, /30 would still leave ±16 %, and the threshold is 2 %$/);
    assert.match(fix, /^a quieter machine or a longer --duration/);
  });

  it("not at all, where the change is about as large as the threshold", () => {
    const { message, fix } = judged(1.99, 3).warnings[0]!;
    assert.match(message, /too near the threshold of 2 % for 30 to tell on which side$/);
    assert.match(fix, /that it is about the threshold is known without$/);
  });

  it("by nothing that the measuring of parts does not know: how long each is measured is fixed", () => {
    for (const [percent, spread] of [
      [5, 40],
      [1.99, 3],
    ] as const) {
      assert.match(judged(percent, spread).warnings[0]!.fix, /--duration/);
      assert.doesNotMatch(judged(percent, spread, { phase: "micro" }).warnings[0]!.fix, /--duration/);
    }
  });

  it("by four rounds, where there are fewer: their spread says too little to reckon with", () => {
    for (const n of [1, 2, 3]) {
      const { verdict, warnings } = judged(50, 1, { n });
      assert.equal(verdict, undefined);
      assert.equal(warnings[0]!.message, `no verdict from fewer than 4 rounds (here ${n})`);
      assert.match(warnings[0]!.fix, /^--rounds 4 or more/);
    }
  });
});
