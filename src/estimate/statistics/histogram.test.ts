import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { build } from "hdr-histogram-js";
import { encodeHistogram } from "../synthetic.fixture.ts";
import { decodeHistogram, mergeHistograms, quantile } from "./histogram.ts";

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

  it("refuses text that is none", () => assert.throws(() => decodeHistogram("HISTFAAAA")));
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
