import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { build } from "hdr-histogram-js";
import { UserError } from "../../base/problem.ts";
import { encodeHistogram } from "../../record/records.fixture.ts";
import { clusteredQuantile, decodeHistogram, mergeHistograms, quantile, shareUpTo, withoutPart } from "./histogram.ts";

const times = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 60 });
const shares = [0, 0.5, 0.9, 0.99, 0.999, 1];

describe("a decoded histogram", () => {
  it("gives the percentiles that the library gives", () => {
    fc.assert(
      fc.property(times, (values) => {
        const reference = build({ bitBucketSize: 64 });
        for (const value of values) reference.recordValue(value);
        const histogram = decodeHistogram(encodeHistogram(values));
        assert.equal(histogram.total, values.length);
        for (const p of shares.slice(1)) assert.equal(quantile(histogram, p), reference.getValueAtPercentile(p * 100));
      }),
      { numRuns: 50 },
    );
  });

  it("may be empty", () => assert.equal(decodeHistogram(encodeHistogram([])).total, 0));

  it("refuses text that is none", () => assert.throws(() => decodeHistogram("HISTFAAAA"), UserError));
});

describe("merging", () => {
  const histograms = times.map((values) => decodeHistogram(encodeHistogram(values)));

  it("is commutative and associative, and has nothing as its zero", () => {
    fc.assert(
      fc.property(histograms, histograms, histograms, (a, b, c) => {
        assert.deepEqual(mergeHistograms([a, b]), mergeHistograms([b, a]));
        assert.deepEqual(mergeHistograms([mergeHistograms([a, b]), c]), mergeHistograms([a, mergeHistograms([b, c])]));
        assert.deepEqual(mergeHistograms([a]), a);
        assert.deepEqual(mergeHistograms([a, mergeHistograms([])]), a);
      }),
      { numRuns: 50 },
    );
  });

  it("is undone for a part", () => {
    fc.assert(
      fc.property(histograms, histograms, histograms, (a, b, c) => {
        const [left, expected] = [withoutPart(mergeHistograms([a, b, c]), b), mergeHistograms([a, c])];
        for (const p of shares) assert.equal(quantile(left, p), quantile(expected, p));
        assert.equal(left.total, expected.total);
      }),
      { numRuns: 50 },
    );
  });

  it("has the quantiles of all values together", () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        const merged = mergeHistograms([a, b].map((values) => decodeHistogram(encodeHistogram(values))));
        const whole = decodeHistogram(encodeHistogram([...a, ...b]));
        for (const p of shares) assert.equal(quantile(merged, p), quantile(whole, p));
      }),
      { numRuns: 50 },
    );
  });
});

describe("a quantile over rounds", () => {
  const rounds = fc.array(times, { minLength: 2, maxLength: 6 });

  it("lies within its interval, and at least its share of values is at or below it", () => {
    fc.assert(
      fc.property(rounds, fc.constantFrom(...shares), (values, p) => {
        const histograms = values.map((some) => decodeHistogram(encodeHistogram(some)));
        const merged = mergeHistograms(histograms);
        const { center, bounds } = clusteredQuantile(histograms, merged, p, 0.95);
        assert.ok(bounds!.low <= center && center <= bounds!.high);
        assert.ok(shareUpTo(merged, center) >= p - 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it("has an interval of no width if all rounds are the same, and none for one round", () => {
    const round = decodeHistogram(encodeHistogram(Array.from({ length: 1000 }, (_, i) => i + 1)));
    const same = clusteredQuantile([round, round, round], mergeHistograms([round, round, round]), 0.5, 0.95);
    assert.deepEqual(same, { center: 500, bounds: { low: 500, high: 500 } });
    assert.equal(clusteredQuantile([round], round, 0.5, 0.95).bounds, undefined);
  });
});
