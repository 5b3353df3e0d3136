import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { near } from "../picked.fixture.ts";
import { holm } from "./student.ts";
import { binomialInterval } from "./proportion.ts";

describe("Holm's correction", () => {
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });

  it("gives the adjusted values of a worked example, in the order given", () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((expected, i) => near(adjusted[i], expected, 1e-12));
  });

  it("keeps the order of the p-values, lowers none, and raises none above Bonferroni", () => {
    fc.assert(
      fc.property(pValues, (values) => {
        const adjusted = holm(values);
        const order = values.map((_, i) => i).toSorted((a, b) => values[a]! - values[b]!);
        order.slice(1).forEach((index, i) => assert.ok(adjusted[index]! >= adjusted[order[i]!]!));
        values.forEach((p, i) => assert.ok(adjusted[i]! >= p && adjusted[i]! <= Math.min(1, p * values.length)));
      }),
    );
  });
});

describe("the exact binomial interval", () => {
  it("has the published bounds", () => {
    near(binomialInterval(0, 10, 0.95).high, 0.3085, 0.0001);
    near(binomialInterval(10, 10, 0.95).low, 0.6915, 0.0001);
    const { low, high } = binomialInterval(10, 100, 0.95);
    near(low, 0.049, 0.0005);
    near(high, 0.1762, 0.0005);
  });

  it("covers every true share at least as often as it says", () => {
    for (const p of [0.01, 0.1, 0.3, 0.5, 0.77, 0.95]) {
      assert.ok(exactCoverage(30, p, 0.95) >= 0.95, `p = ${p}`);
    }
  });

  it("contains the share seen, up to millions of spans", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const k = Math.round(n * share);
        const { low, high } = binomialInterval(k, n, 0.999);
        assert.ok(0 <= low && low <= k / n && k / n <= high && high <= 1);
      }),
    );
  });

  it("refuses counts that are no share", () => assert.throws(() => binomialInterval(3, 2, 0.95), RangeError));
});

function exactCoverage(n: number, p: number, confidence: number): number {
  let covered = 0;
  let mass = (1 - p) ** n;
  for (let k = 0; k <= n; k++) {
    const { low, high } = binomialInterval(k, n, confidence);
    if (low <= p && p <= high) covered += mass;
    mass *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return covered;
}
