import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adviseOn } from "./advise.ts";
import { advise, assessedOf, estimatesOf, resultsOf, SWEEP, type Sweep } from "./sweep.fixture.ts";

describe("spans and bytes that are stored", () => {
  const RATIO = { "ratio:0.1": SWEEP["ratio:0.1"]! };
  const PER_ROUND = [700, 790, 810, 820, 880];
  /** Five rounds of 1,000 requests: each tenth is kept by chance, in spans of 200 bytes. */
  const rounds = (sweep: Sweep) => {
    const results = resultsOf(Object.keys(sweep));
    return {
      ...results,
      records: PER_ROUND.flatMap((received, at) =>
        results.records.map((record) => ({
          ...record,
          trial: { ...record.trial, round: at + 1 },
          ledger: { ...record.ledger!, received },
          resources: { ...record.resources!, bytesOut: 200 * received },
        })),
      ),
    };
  };
  const projectionOf = (sweep: Sweep) =>
    adviseOn(rounds(sweep), estimatesOf(sweep), {
      limits: {},
      queue: {},
      traffic: { requestsPerSecond: 600, instances: 1 },
    }).assessed[0]!.projection!;

  it("are as sure as each other", () => {
    for (const sweep of [RATIO, { "rate:10/s": { cpu: 1.1, failed: 0.1 } }]) {
      const { spansPerMonth: spans, bytesPerMonth: bytes } = projectionOf(sweep);
      for (const end of ["center", "low", "high"] as const)
        assert.ok(Math.abs(bytes![end]! / spans![end]! - 200) < 1e-6, end);
    }
  });

  it("are counted over the life of the processes if the sampler keeps a share at every rate", () => {
    assert.ok(Math.abs(projectionOf(RATIO).spansPerMonth!.center / (0.8 * 600 * 30 * 24 * 3600) - 1) < 1e-9);
  });
});

describe("the cost at the user's traffic", () => {
  const MONTH = 30 * 24 * 3600;
  const projectionOf = (requestsPerSecond: number, instances: number, id: string, sweep: Sweep = SWEEP) =>
    assessedOf(advise({ traffic: { requestsPerSecond, instances, pricePerMillion: 2 } }, sweep), id).projection!;

  it("is figures per request times requests", () => {
    const { cores, spansPerMonth, moneyPerMonth } = projectionOf(1200, 2, "always_on");
    assert.ok(Math.abs(cores!.center - (1200 * 0.56 * 240) / 1e6) < 1e-9);
    assert.equal(spansPerMonth!.center, 1200 * 8 * MONTH);
    assert.ok(Math.abs(moneyPerMonth!.center - (1200 * 8 * MONTH * 2) / 1e6) < 1e-6);
  });

  it("of a rate limit is min(requests of a process, rate) x spans of a trace x processes", () => {
    const rate = { "rate:10/s": { cpu: 1.1, failed: 0.04, traces: 0.08 } };
    const spans = (requests: number, instances: number): number =>
      projectionOf(requests, instances, "rate:10/s", rate).spansPerMonth!.center;
    const expected = (perSecond: number): number => perSecond * 8 * MONTH;
    for (const [requests, instances, perSecond] of [
      [3000, 5, 50],
      [20, 4, 20],
      [6000, 1, 10],
    ] as const)
      assert.ok(Math.abs(spans(requests, instances) / expected(perSecond) - 1) < 1e-9);
    const { figures } = assessedOf(
      advise({ traffic: { requestsPerSecond: 1200, instances: 1 } }, rate),
      "rate:10/s",
    ).candidate;
    assert.ok(Math.abs(figures.failedKept!.center - 10 / 2400) < 1e-9, "a share kept is that at this traffic too");
  });

  it("names the processes that are needed if one gets more than it carries", () => {
    assert.equal(projectionOf(6000, 1, "always_on").instancesNeeded, 3);
    assert.equal(projectionOf(6000, 10, "always_on").instancesNeeded, undefined);
  });
});
