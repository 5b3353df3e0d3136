import { referenceOf } from "../plan/variant.ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { estimateSchema } from "./estimate.ts";
import { estimatesOf } from "./estimates.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { cost, estimatesFrom, near, pick } from "./picked.fixture.ts";
import { syntheticRecord, syntheticResults, syntheticVariant } from "./synthetic.fixture.ts";

describe("the cost phase", () => {
  const records = [
    ...cost("none", [100, 110, 90, 100]),
    ...cost("always_on", [151, 163, 135, 150]),
    ...cost("ratio:0.1", [120.5, 132, 108, 119.5]),
  ];
  const estimates = estimatesFrom(records);

  it("gives the geometric mean of the ratios paired by round, and its Student t interval", () => {
    const ratio = pick(estimates, { variant: "always_on", metric: "cpuUsPerRequest", unit: "ratio", against: "none" });
    const logs = [151 / 100, 163 / 110, 135 / 90, 150 / 100].map(Math.log);
    const mean = logs.reduce((a, b) => a + b) / 4;
    const sd = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / 3);
    near(ratio.center, Math.exp(mean));
    near(ratio.high, Math.exp(mean + (3.182446305 * sd) / 2), 1e-8);
    near(ratio.low, Math.exp(mean - (3.182446305 * sd) / 2), 1e-8);
    assert.equal(ratio.n, 4);
    assert.equal(ratio.verdict, "regression");
  });

  it("gives the difference in µs a request beside the ratio, and the absolute figure", () => {
    near(
      pick(estimates, { variant: "ratio:0.1", metric: "cpuUsPerRequest", unit: "us/request", against: "none" }).center,
      0.2 * 99.75,
      0.01,
    );
    near(pick(estimates, { variant: "none", metric: "cpuUsPerRequest", against: undefined }).center, 99.75, 0.02);
  });

  it("compares a sampler with always_on too, and finds the saving", () => {
    const ratio = pick(estimates, {
      variant: "ratio:0.1",
      metric: "cpuUsPerRequest",
      unit: "ratio",
      against: "always_on",
    });
    assert.equal(ratio.verdict, "improvement");
    assert.ok(ratio.center < 0.82 && ratio.center > 0.78);
  });

  it("gives estimates that the schema accepts and JSON keeps, each interval around its center", () => {
    for (const estimate of estimates) {
      assert.deepEqual(estimateSchema.parse(JSON.parse(JSON.stringify(estimate))), estimate);
      if (estimate.low !== undefined) assert.ok(estimate.low <= estimate.center && estimate.center <= estimate.high!);
    }
  });
});

describe("latency", () => {
  const times = (scale: number): number[] => Array.from({ length: 1000 }, (_, i) => (i + 1) * scale);
  const records = [1, 2, 3, 4].flatMap((round) => [
    syntheticRecord({ phase: "latency", variant: "none", round, latencyUs: times(1 + round / 100) }),
    syntheticRecord({ phase: "latency", variant: "always_on", round, latencyUs: times(2 + round / 50) }),
  ]);
  const estimates = estimatesFrom(records);

  it("reads quantiles off the histogram merged over the rounds that all variants have, in ms", () => {
    const stalled = syntheticRecord({ phase: "latency", variant: "none", round: 5, latencyUs: times(100) });
    const p50 = pick(estimatesFrom([...records, stalled]), {
      variant: "none",
      metric: "responseTimeP50Ms",
      against: undefined,
    });
    near(p50.center, 0.5125, 0.002);
    assert.ok(p50.low! <= p50.center && p50.center <= p50.high!);
  });

  it("compares quantiles by round: ratio with a verdict for p99, and the difference in ms", () => {
    const ratio = pick(estimates, { metric: "responseTimeP99Ms", unit: "ratio" });
    near(ratio.center, 2, 0.01);
    assert.equal(ratio.verdict, "regression");
    near(pick(estimates, { metric: "responseTimeP99Ms", against: "none", unit: "ms" }).center, 1.015, 0.01);
  });

  it("warns of a quantile with too few requests beyond it", () => {
    const p999 = pick(estimates, { variant: "none", metric: "responseTimeP999Ms", against: undefined });
    assert.ok(p999.warnings.some(({ code }) => code === "thin-tail"));
    const thousand = [1, 2, 3, 4].map((round) =>
      syntheticRecord({ phase: "latency", variant: "none", round, latencyUs: times(1).slice(0, 250) }),
    );
    const thin = (records: readonly TrialRecord[]) =>
      pick(estimatesFrom(records), { variant: "none", metric: "responseTimeP999Ms" }).warnings.find(
        ({ code }) => code === "thin-tail",
      )!;
    assert.match(thin(thousand).message, /about 1 request lies/);
    const bench = thousand.map((record) => ({ ...record, load: { ...record.load, elapsedMs: 3000, slowEpisodes: 6 } }));
    assert.match(thin(bench as TrialRecord[]).fix, /^--duration 30s, or 10 times/);
    assert.doesNotMatch(thin(thousand).fix, /--duration/, "of a round of observe");
  });
});

describe("capacity and spans", () => {
  const records = [1, 2, 3, 4].flatMap((round) => [
    syntheticRecord({ phase: "capacity", variant: "none", round, requestsPerSecond: 5000 + round * 20 }),
    syntheticRecord({
      phase: "capacity",
      variant: "always_on",
      round,
      requestsPerSecond: 3000 + round * 10,
      lost: 100 + round,
    }),
  ]);
  const estimates = estimatesFrom(records);

  it("calls lower throughput a regression", () => {
    const ratio = pick(estimates, { metric: "requestsPerSecond", unit: "ratio" });
    near(ratio.center, 0.6, 0.001);
    assert.equal(ratio.verdict, "regression");
  });

  it("gives the share of lost spans an interval over rounds", () => {
    const own = { variant: "always_on", phase: "capacity" as const };
    const share = pick(estimates, { ...own, metric: "spansLostShare" });
    near(share.center, 0.1025);
    assert.ok(share.low! > 0.09 && share.high! < 0.11);
  });

  it("bounds the loss that is possible if none was seen", () => {
    const lost = pick(estimates, { variant: "none", metric: "spansLostShare" });
    assert.equal(lost.center, 0);
    assert.ok(lost.high! > 0.4 && lost.high! < 0.8);
  });
});

describe("references", () => {
  const variants = ["none", "always_on", "always_on batch:queue=1024", "ratio:0.1", "ratio:0.1 batch:queue=1024"].map(
    syntheticVariant,
  );

  it("share the variant's processor, exporter and backend", () => {
    assert.equal(referenceOf("ratio:0.1 batch:queue=1024", "always_on", variants), "always_on batch:queue=1024");
    assert.equal(referenceOf("ratio:0.1", "always_on", variants), "always_on");
    assert.equal(referenceOf("ratio:0.1 batch:queue=1024", "none", variants), "none");
  });

  it("are none if it is not clear which is meant", () => {
    assert.equal(referenceOf("ratio:0.1 simple", "always_on", variants), undefined);
  });
});

describe("an estimate that fails", () => {
  it("loses no other, and its reason is reported", () => {
    const records = [1, 2, 3, 4].flatMap((round) =>
      ["none", "always_on"].map((variant) => syntheticRecord({ phase: "latency", variant, round, latencyUs: [100] })),
    );
    const [damaged, ...others] = records;
    const { load } = damaged!;
    const spoilt = { ...damaged!, load: { ...load!, responseTime: { ...load!.responseTime!, histogram: "HISTFx" } } };
    const { estimates, unavailable } = estimatesOf(syntheticResults([spoilt, ...others]));
    assert.ok(unavailable.length > 0);
    for (const reason of unavailable)
      assert.match(reason, /^responseTimeP\d+Ms of none in the latency phase .*because/);
    pick(estimates, { variant: "none", metric: "rssBytes" });
    pick(estimates, { variant: "always_on", metric: "responseTimeP99Ms", against: undefined });
    pick(estimates, { variant: "always_on", metric: "cpuUsPerRequest", unit: "ratio" });
  });
});

describe("any figures", () => {
  const edge = fc.constantFrom(0, 1, 1 - Number.EPSILON, Number.EPSILON, NaN, Infinity, -1, 1e300, 1e-300, 100);
  const figures = fc.array(
    fc.record({
      cpu: edge,
      requestsPerSecond: edge,
      sampled: fc.constantFrom(0, 1, 1000),
      lost: fc.constantFrom(0, 1),
      latencyUs: fc.constantFrom([], [1], [5, 5, 5], [1, 1000]),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it("give finite estimates around their centers, or none, and never an error", () => {
    fc.assert(
      fc.property(figures, fc.boolean(), (rounds, isConstant) => {
        const records = (["cost", "latency", "capacity"] as const).flatMap((phase) =>
          rounds.flatMap((_, index) =>
            ["none", "always_on"].map((variant) =>
              syntheticRecord({ phase, variant, round: index + 1, ...rounds[isConstant ? 0 : index]! }),
            ),
          ),
        );
        for (const estimate of estimatesFrom(records)) {
          const { center, low, high } = estimateSchema.parse(estimate);
          if (low !== undefined) assert.ok(low <= center && center <= high!, JSON.stringify(estimate));
        }
      }),
      { numRuns: 200 },
    );
  });
});
