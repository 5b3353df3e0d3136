import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jsDistance, ksDistance } from "./distance.ts";

const histogram = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 100 })), { minLength: 1, maxLength: 40 })
  .map((pairs) => new Map(pairs));

for (const [name, distance] of [
  ["Kolmogorov–Smirnov", ksDistance],
  ["Jensen–Shannon", jsDistance],
] as const) {
  test(`${name}: 0 to itself, symmetric, at most 1, and not moved by scale`, () => {
    fc.assert(
      fc.property(histogram, histogram, (a, b) => {
        const between = distance(a, b)!;
        assert.equal(distance(a, a), 0);
        assert.ok(Math.abs(between - distance(b, a)!) < 1e-9);
        assert.ok(between >= 0 && between <= 1 + 1e-9);
        const doubled = new Map([...a].map(([bucket, count]) => [bucket, count * 2]));
        assert.ok(Math.abs(distance(doubled, b)! - between) < 1e-9);
      }),
    );
  });

  test(`${name}: 1 where nothing overlaps, undefined where there is nothing`, () => {
    assert.ok(Math.abs(distance(new Map([[10, 3]]), new Map([[900, 5]]))! - 1) < 1e-12);
    assert.equal(distance(new Map(), new Map([[1, 1]])), undefined);
  });
}

test("Kolmogorov–Smirnov is the largest gap between the distribution functions", () => {
  const a = new Map([
    [1, 1],
    [2, 1],
    [3, 2],
  ]);
  const b = new Map([
    [1, 3],
    [3, 1],
  ]);
  assert.equal(ksDistance(a, b), 0.5);
});
