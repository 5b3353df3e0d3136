import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { seededRandom, type Random } from "../../base/random.ts";
import { normal } from "../../record/records.fixture.ts";
import { shareOf, simulationError } from "../picked.fixture.ts";
import { binomialInterval, shareInterval, type Count } from "./proportion.ts";

const REPETITIONS = 1500;

/** A gamma variable with unit scale, for shapes from 1 (Marsaglia and Tsang 2000), and below by its boost. */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Rounds whose own shares scatter around `share` with this intraclass correlation (beta-binomial); 0: none does. */
function draw(offered: readonly number[], share: number, correlation: number, random: Random): Count[] {
  const weight = 1 / correlation - 1;
  return offered.map((trials) => {
    const [a, b] =
      correlation === 0 ? [share, 1 - share] : [gamma(share * weight, random), gamma((1 - share) * weight, random)];
    const own = a / (a + b);
    return { kept: Array.from({ length: trials }, random).filter((at) => at < own).length, offered: trials };
  });
}

const sameRounds = (rounds: number, trials: number): number[] => Array<number>(rounds).fill(trials);

const DESIGNS: readonly [name: string, offered: readonly number[], share: number, correlation: number][] = [
  ["a tenth of 36 slow requests in 4 rounds", sameRounds(4, 36), 0.1, 0],
  ["a hundredth of them", sameRounds(4, 36), 0.01, 0],
  ["nearly all of them", sameRounds(4, 36), 0.95, 0],
  ["half of them", sameRounds(4, 36), 0.5, 0],
  ["a tenth of a thousand", sameRounds(4, 1000), 0.1, 0],
  ["a tenth, two rounds", sameRounds(2, 36), 0.1, 0],
  ["a tenth, ten rounds", sameRounds(10, 36), 0.1, 0],
  ["a tenth, unequal rounds", [10, 40, 20, 70, 33], 0.1, 0],
  ["a tenth, if rounds differ a little", sameRounds(4, 36), 0.1, 0.02],
  ["a tenth, if rounds differ much", sameRounds(4, 36), 0.1, 0.1],
  ["half, if rounds differ much", sameRounds(4, 36), 0.5, 0.1],
  ["nearly all of many, if rounds differ", sameRounds(4, 300), 0.98, 0.01],
  ["nearly all of many, if ten rounds differ", sameRounds(10, 300), 0.98, 0.01],
];

describe("the interval of a share over rounds", () => {
  for (const [name, offered, share, between] of DESIGNS) {
    it(`covers at least 95 of 100 times: ${name}`, () => {
      const random = seededRandom(7);
      const covered = shareOf(REPETITIONS, () => {
        const { low, high } = shareInterval(draw(offered, share, between, random), 0.95)!;
        return low <= share && share <= high;
      });
      assert.ok(covered >= 0.95 - simulationError(REPETITIONS), String(covered));
    });
  }

  it("is the exact binomial if rounds of several sizes have the same share", () => {
    const rounds = [10, 20, 40, 50].map((offered) => ({ kept: offered * 0.3, offered }));
    const [own, exact] = [shareInterval(rounds, 0.95)!, binomialInterval(36, 120, 0.95)];
    assert.ok(Math.abs(own.low - exact.low) < 1e-9 && Math.abs(own.high - exact.high) < 1e-9);
  });

  it("holds what hits one round in 20 if one of these was hit, and says nothing of it if none was", () => {
    const random = seededRandom(11);
    let [hit, covered] = [0, 0];
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const rounds = sameRounds(6, 36).map((offered) => ({ kept: random() < 0.05 ? 0 : offered, offered }));
      const { low, high } = shareInterval(rounds, 0.95)!;
      if (rounds.every(({ kept }) => kept > 0)) {
        assert.ok(low > 0.95 && high === 1, `[${low}, ${high}]`);
        continue;
      }
      hit++;
      if (low <= 0.95 && 0.95 <= high) covered++;
    }
    assert.ok(hit > 0.2 * REPETITIONS && covered >= 0.95 * hit, `${covered} of ${hit}`);
  });

  it("leaves room if every round kept all, or none", () => {
    const [all, none] = [1, 0].map((share) =>
      shareInterval(
        [60, 51].map((offered) => ({ kept: share * offered, offered })),
        0.95,
      )!,
    );
    assert.deepEqual([all!.low.toFixed(3), all!.high], ["0.967", 1]);
    assert.deepEqual([none!.low, none!.high.toFixed(3)], [0, "0.033"]);
  });

  it("takes a weighted share that rounding left just below 1, or above it, as all", () => {
    for (const kept of [1 - 2 ** -53, 1 - 2 ** -52, 1 + 2 ** -52]) {
      const { low, high } = shareInterval(
        [1, kept].map((each) => ({ kept: each, offered: 1 })),
        0.95,
      )!;
      assert.deepEqual([low.toFixed(3), high], [binomialInterval(2, 2, 0.95).low.toFixed(3), 1]);
    }
  });

  it("has an interval for every count of rounds with edges in it: none, all, and all but a rounding error", () => {
    const edge = fc.constantFrom(0, 1, 1 - Number.EPSILON / 2, Number.EPSILON / 2, 1e-300, 0.5);
    const weighted = fc.tuple(fc.double({ min: 1, max: 1e6, noNaN: true }), edge);
    fc.assert(
      fc.property(fc.array(weighted, { minLength: 2, maxLength: 6 }), (counts) => {
        const { low, high } = shareInterval(
          counts.map(([offered, share]) => ({ kept: share * offered, offered })),
          0.95,
        )!;
        assert.ok(0 <= low && low <= high && high <= 1, `[${low}, ${high}]`);
      }),
      { numRuns: 1000 },
    );
  });

  it("counts a round that was copied once", () => {
    const one = binomialInterval(3, 30, 0.95);
    assert.deepEqual(
      shareInterval(
        Array.from({ length: 5 }, () => ({ kept: 3, offered: 30 })),
        0.95,
      ),
      one,
    );
  });

  it("has no say from a single round", () => {
    assert.equal(shareInterval([{ kept: 3, offered: 10 }], 0.95), undefined);
  });

  const round = fc.tuple(fc.integer({ min: 1, max: 400 }), fc.double({ min: 0, max: 1, noNaN: true }));
  const rounds = fc.array(
    round.map(([offered, at]) => ({ kept: Math.round(at * offered), offered })),
    {
      minLength: 2,
      maxLength: 12,
    },
  );

  it("holds the pooled share, stays within 0 and 1, and is never narrower than the exact binomial's", () => {
    fc.assert(
      fc.property(rounds, (counts) => {
        const kept = counts.reduce((sum, count) => sum + count.kept, 0);
        const offered = counts.reduce((sum, count) => sum + count.offered, 0);
        const { low, high } = shareInterval(counts, 0.95)!;
        const exact = binomialInterval(kept, offered, 0.95);
        assert.ok(low >= 0 && high <= 1 && low <= kept / offered && kept / offered <= high);
        assert.ok(low <= exact.low + 1e-9 && high >= exact.high - 1e-9);
      }),
    );
  });

  it("does not depend on the order of the rounds", () => {
    fc.assert(
      fc.property(rounds, (counts) => {
        const [one, other] = [shareInterval(counts, 0.95)!, shareInterval(counts.toReversed(), 0.95)!];
        assert.ok(Math.abs(one.low - other.low) < 1e-9 && Math.abs(one.high - other.high) < 1e-9);
      }),
    );
  });
});
