import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { overRounds } from "./over-rounds.ts";

const inside = (
  { center, low, high }: ReturnType<typeof overRounds>,
  [least, most]: readonly [number, number],
): void => {
  assert.ok(least <= center && center <= most, String(center));
  if (low === undefined || high === undefined) return;
  assert.ok(least <= low && low <= center && center <= high && high <= most, `${low} ${center} ${high}`);
};

test("an interval of shares lies around its share and within 0 and 1, whatever was kept of however many", () => {
  const share = fc
    .tuple(fc.integer({ min: 1, max: 100_000 }), fc.constantFrom(0, 1, 1 - Number.EPSILON, 0.5, 1e-9))
    .map(([offered, part]) => ({ offered, kept: offered * part }));
  fc.assert(
    fc.property(fc.array(share, { minLength: 1, maxLength: 8 }), (rounds) => {
      const figure = overRounds({ range: [0, 1] }, rounds);
      inside(figure, [0, 1]);
      if (rounds.length < 4) assert.equal(figure.low, undefined);
    }),
  );
});

test("an interval of other figures lies around its mean and within its range, and is absent below four rounds", () => {
  const value = fc.oneof(fc.constantFrom(-1, 0, 1, 1e-300), fc.double({ min: -1, max: 1e6, noNaN: true }));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), (values) => {
      const figure = overRounds({ range: [-1, Infinity] }, values);
      if (values.length < 4) assert.equal(figure.low, undefined);
      if (values.every((one) => one === values[0])) inside(figure, [values[0]! - 1e-6, values[0]! + 1e-6]);
      else inside(figure, [-1, Infinity]);
    }),
  );
});
