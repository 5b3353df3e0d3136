import assert from "node:assert/strict";
import { test } from "node:test";
import { deriveSeed, seededRandom } from "../src/base/random.ts";
import { normal } from "../src/record/records.fixture.ts";
import { findChange, type Found } from "./bisect.ts";

const VERSIONS = Array.from({ length: 8 }, (_, minor) => `2.${minor}.0`);
const ROUNDS = 10;

/** Each version from `since` on costs `change` more; rounds differ far more than versions. */
async function search(since: number, change: number, seed: number): Promise<Found> {
  const random = seededRandom(deriveSeed(seed, "bisect"));
  return findChange(VERSIONS, async (three) =>
    Array.from({ length: ROUNDS }, () => {
      const speed = 0.1 * normal(random);
      const costOf = (version: string): number =>
        speed + (VERSIONS.indexOf(version) >= since ? Math.log1p(change) : 0) + 0.01 * normal(random);
      return [costOf(three[0]), costOf(three[1]), costOf(three[2])] as const;
    }),
  );
}

test("the release that brought a slow-down of 4 % is named in 9 of 10, in at most four runs", async () => {
  let right = 0;
  for (let seed = 0; seed < 140; seed++) {
    const since = 1 + (seed % 7);
    const { between, runs } = await search(since, 0.04, seed);
    assert.ok(runs <= 4, `${runs} runs`);
    const [before, after] = between ?? [];
    if (before === VERSIONS[since - 1] && after === VERSIONS[since]) right++;
  }
  assert.ok(right >= 126, `${right} of 140`);
});

test("a release that became cheaper is found too", async () => {
  const { between, change } = await search(3, -0.08, 1);
  assert.deepEqual(between, [VERSIONS[2], VERSIONS[3]]);
  assert.equal(change.confidence, 0.99, "four runs and a repetition share 5 %");
});

test("without a change none is named, but for the error that is allowed", async () => {
  let named = 0;
  for (let seed = 0; seed < 200; seed++) if ((await search(8, 0, seed)).between !== undefined) named++;
  assert.ok(named <= 10, `${named} of 200`);
});
