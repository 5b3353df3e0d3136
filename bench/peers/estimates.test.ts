import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { estimatesOf, type PeerEstimate } from "./estimates.ts";
import type { Turn } from "./figures.ts";
import { verdictOf } from "./promises.ts";

const TO_FLOOR = (peer: string): string | undefined => (peer === "sink" ? "floor" : undefined);
const positive = fc.double({ min: 0.01, max: 1000, noNaN: true });

function ratioIn(estimates: readonly PeerEstimate[]): PeerEstimate {
  const ratios = estimates.filter(({ against }) => against !== undefined);
  assert.equal(ratios.length, 1);
  return ratios[0]!;
}

suite("estimates of peers", () => {
  test("what slows a whole round is not in the ratio: peers are paired by round", () => {
    fc.assert(
      fc.property(positive, fc.array(positive, { minLength: 4, maxLength: 8 }), (times, floors) => {
        const turns = floors.flatMap((floor, at): Turn[] => [
          { round: at + 1, peer: "sink", figures: { cpuUsPerSpan: floor * times } },
          { round: at + 1, peer: "floor", figures: { cpuUsPerSpan: floor } },
        ]);
        const { center, low, high, n, peer, against } = ratioIn(estimatesOf(turns, TO_FLOOR));
        assert.deepEqual([peer, against, n], ["sink", "floor", floors.length]);
        for (const end of [center, low!, high!]) assert.ok(Math.abs(end / times - 1) < 1e-9);
      }),
    );
  });

  test("below four rounds there are numbers, and nothing is concluded from them", () => {
    const turns = [1, 2, 3].map((round): Turn => ({ round, peer: "sink", figures: { cpuUsPerSpan: 1 + round / 10 } }));
    const [estimate, ...others] = estimatesOf(turns, TO_FLOOR);
    assert.deepEqual(others, []);
    assert.ok(estimate!.center > 1);
    assert.deepEqual([estimate!.n, estimate!.low, estimate!.high], [3, undefined, undefined]);
    assert.deepEqual(
      estimate!.warnings.map(({ code }) => code),
      ["few-rounds"],
    );
    assert.equal(verdictOf(estimate!, { atMost: 1000 }), "undecided");
  });

  test("a round that only one of two has is in no ratio", () => {
    const turns: Turn[] = [
      { round: 1, peer: "sink", figures: { cpuUsPerSpan: 2 } },
      { round: 1, peer: "floor", figures: { cpuUsPerSpan: 1 } },
      { round: 2, peer: "sink", figures: { cpuUsPerSpan: 9 } },
    ];
    assert.deepEqual(
      [ratioIn(estimatesOf(turns, TO_FLOOR))].map(({ n, center }) => [n, center]),
      [[1, 2]],
    );
  });

  test("what can be 0 has no ratio", () => {
    const turns = [1, 2, 3, 4].flatMap((round): Turn[] =>
      ["sink", "floor"].map((peer) => ({ round, peer, figures: { unaccountedRequests: 0 } })),
    );
    for (const { center, low, high, against } of estimatesOf(turns, TO_FLOOR))
      assert.deepEqual([center, low, high, against], [0, 0, 0, undefined]);
  });
});

test("a promise is kept or broken by the whole interval, else undecided", () => {
  const law = fc.property(positive, positive, positive, (a, b, limit) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    const most = verdictOf({ low, high }, { atMost: limit });
    assert.equal(most, high <= limit ? "kept" : low > limit ? "broken" : "undecided");
    const least = verdictOf({ low, high }, { atLeast: limit });
    assert.equal(least, low >= limit ? "kept" : high < limit ? "broken" : "undecided");
  });
  fc.assert(law);
});
