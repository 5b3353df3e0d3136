import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { deriveSeed, seededRandom, shuffled } from "./random.ts";

test("the same seed gives the same stream, another seed another", () => {
  const take = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
  assert.deepEqual(take(7), take(7));
  assert.notDeepEqual(take(7), take(8));
});

test("the stream is uniform on [0, 1): each tenth gets about a tenth", () => {
  const random = seededRandom(1);
  const bins = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 100_000; i++) bins[Math.floor(random() * 10)]!++;
  for (const bin of bins) assert.ok(Math.abs(bin - 10_000) < 400, String(bins));
});

const inOrder = (items: readonly number[]): number[] => items.toSorted((a, b) => a - b);

test("shuffling keeps all items", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
      assert.deepEqual(inOrder(shuffled(items, seededRandom(seed))), inOrder(items));
    }),
  );
});

test("seeds derived for different uses differ", () => {
  assert.notEqual(deriveSeed(1, "cost", 1), deriveSeed(1, "cost", 2));
  assert.notEqual(deriveSeed(1, "cost", 1), deriveSeed(2, "cost", 1));
  assert.notEqual(deriveSeed(1, "a", "b"), deriveSeed(1, "ab"));
});
