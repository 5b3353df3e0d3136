import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { near } from "../picked.fixture.ts";
import {
  differenceOf,
  differenceP,
  equivalenceP,
  halfWidth,
  interval,
  oneSample,
  studentQuantile,
  studentTail,
} from "./student.ts";

const sample = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 12 });

describe("Student's t", () => {
  it("has the quantiles of the printed tables", () => {
    const table = [
      [0.975, 1, 12.706],
      [0.975, 3, 3.182],
      [0.975, 5, 2.571],
      [0.95, 11, 1.796],
      [0.995, 30, 2.75],
    ] as const;
    for (const [p, df, value] of table) near(studentQuantile(p, df), value, 0.0005);
  });

  it("has quantile and tail as inverses, for whole and broken degrees of freedom", () => {
    const tails = fc.double({ min: 1e-6, max: 0.49, noNaN: true });
    fc.assert(
      fc.property(tails, fc.double({ min: 1, max: 200, noNaN: true }), (tail, df) => {
        near(studentTail(studentQuantile(1 - tail, df), df) / tail, 1, 1e-4);
      }),
    );
  });
});

describe("Student's tail", () => {
  it("keeps its accuracy far out, where a difference is beyond doubt", () => {
    near(studentTail(1e6, 3) / 1.1026577908396144e-18, 1, 1e-6);
    near(studentTail(-30, 7) / 5.894234440366569e-9, 1, 1e-6);
    assert.equal(studentTail(1e200, 2.5), 0);
    assert.equal(studentTail(0, 4), 0.5);
  });
});

describe("an interval of a mean", () => {
  it("contains the center, and widens with confidence", () => {
    fc.assert(
      fc.property(sample, (values) => {
        const contrast = oneSample(values);
        const narrow = interval(contrast, 0.9)!;
        const wide = interval(contrast, 0.99)!;
        assert.ok(wide.low <= narrow.low && narrow.low <= contrast.mean);
        assert.ok(contrast.mean <= narrow.high && narrow.high <= wide.high);
      }),
    );
  });

  it("does not exist for one value", () => assert.equal(interval(oneSample([3]), 0.95), undefined));

  it("excludes 0 exactly if p is below α", () => {
    fc.assert(
      fc.property(sample, (values) => {
        const contrast = oneSample(values);
        const p = differenceP(contrast);
        if (Math.abs(p - 0.05) < 1e-6) return;
        assert.equal(Math.abs(contrast.mean) > halfWidth(contrast, 0.95), p < 0.05);
      }),
    );
  });
});

describe("two one-sided tests", () => {
  it("prove equivalence exactly if the 1 − 2α interval lies within the margins", () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0.01, max: 2000, noNaN: true }), (values, margin) => {
        const contrast = oneSample(values);
        const p = equivalenceP(contrast, margin);
        if (Math.abs(p - 0.05) < 1e-6) return;
        assert.equal(Math.abs(contrast.mean) + halfWidth(contrast, 0.9) < margin, p < 0.05);
      }),
    );
  });

  it("never prove anything within a margin of 0", () => assert.ok(equivalenceP(oneSample([-1, 0, 1]), 0) > 0.49));
});

describe("Welch's test", () => {
  it("gives the difference, its error and df of a worked example", () => {
    const contrast = differenceOf(oneSample([1, 2, 3, 4]), oneSample([2, 4, 6, 8, 10]));
    near(contrast.mean / contrast.standardError, -2.251436, 1e-6);
    near(contrast.df, 5.520786, 1e-5);
    const [p5, p6] = [5, 6].map((df) => 2 * studentTail(2.251436, df));
    assert.ok(p6! < differenceP(contrast) && differenceP(contrast) < p5!);
  });

  it("has n1 + n2 − 2 degrees of freedom for equal spreads", () =>
    near(differenceOf(oneSample([1, 2, 3]), oneSample([4, 5, 6])).df, 4, 1e-9));

  it("says nothing for one value on a side", () =>
    assert.equal(interval(differenceOf(oneSample([1]), oneSample([1, 2, 3])), 0.95), undefined));
});
