import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom, type Random } from "../base/random.ts";
import { groupRounds, lostSeries } from "./series.ts";
import { shareOf, simulationError } from "./picked.fixture.ts";
import { syntheticRecord } from "./synthetic.fixture.ts";

const SPANS = 1000;
const REPETITIONS = 2000;
const CERTAINTY = { confidence: 0.95, divisor: 1 };

/** The interval of rounds that lost so many of 1,000 spans each; too few rounds for an interval are [0, 1]. */
function intervalOf(lost: readonly number[]): readonly [number, number] {
  const records = new Map(
    lost.map((each, at) => [
      at + 1,
      syntheticRecord({ variant: "always_on", round: at + 1, sampled: SPANS, lost: each }),
    ]),
  );
  const group = {
    phase: "cost",
    variant: "always_on",
    records,
    common: new Set(records.keys()),
    warnings: [],
  } as const;
  const { low = 0, high = 1 } = lostSeries(group, CERTAINTY)!.absolute;
  return [low, high];
}

/** How often the interval holds the mean share of the rounds that `draw` makes. */
function coverage(rounds: number, truth: number, draw: (random: Random) => number): number {
  const random = seededRandom(20);
  return shareOf(REPETITIONS, () => {
    const [low, high] = intervalOf(Array.from({ length: rounds }, () => draw(random)));
    return low <= truth && truth <= high;
  });
}

describe("the interval of the share of spans lost", () => {
  for (const rounds of [4, 5, 10, 20, 60])
    it(`covers 95 of 100 times if one round in 20 loses everything: ${rounds} rounds`, () => {
      const share = coverage(rounds, 0.05, (random) => (random() < 0.05 ? SPANS : 0));
      assert.ok(share >= 0.95 - simulationError(REPETITIONS), String(share));
    });

  for (const [name, draw, truth] of [
    ["rounds lose a share of their own", (random: Random) => Math.round(SPANS * (0.2 + 0.2 * random())), 0.3],
    ["half of the rounds lose half", (random: Random) => (random() < 0.5 ? SPANS / 2 : 0), 0.25],
  ] as const)
    it(`covers 93 of 100 times if ${name}`, () => {
      const share = coverage(8, truth, draw);
      assert.ok(share >= 0.93 - simulationError(REPETITIONS), String(share));
    });

  it("counts a round as one trial if all are the same, however many spans it has", () => {
    assert.deepEqual(
      intervalOf([0, 0, 0, 0, 0]).map((end) => end.toFixed(2)),
      ["0.00", "0.52"],
    );
  });
});

it("leaves a trial out that had cold processes beside warm ones of its round, and keeps a round that was cold throughout", () => {
  const cold = { code: "own-processes", message: "", fix: "" };
  const records = [1, 2, 3].flatMap((round) =>
    ["none", "always_on"].map((variant) => ({
      ...syntheticRecord({ variant, round }),
      warnings: round === 3 || (round === 2 && variant === "always_on") ? [cold] : [],
    })),
  );
  const rounds = groupRounds(records).map((group) => [group.variant, ...group.records.keys()]);
  assert.deepEqual(rounds, [
    ["none", 1, 2, 3],
    ["always_on", 1, 3],
  ]);
});
