import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "../../base/random.ts";
import { fidelityOf } from "../../record/records.fixture.ts";
import type { Results } from "../../record/results.ts";
import type { Estimate } from "../estimate.ts";
import { adviseOn, isWithinLimits } from "./advise.ts";
import type { Assessed, Limits } from "./limits.ts";
import { advise, assessedOf, estimatesOf, idOf, type Measured, resultsOf, SWEEP, type Sweep } from "./sweep.fixture.ts";

describe("the choice", () => {
  it("is none that keeps what callers sampled and a limited rate of the rest", () => {
    const sweep = { ...SWEEP, "parentbased:rate:10/s": SWEEP["ratio:0.1"]! };
    const results = resultsOf(Object.keys(sweep));
    const request = { route: "/", class: "ordinary", method: "GET", path: "/", weight: 1, expect: [200] };
    const lackWith = (requests: Results["scenario"]["requests"]) =>
      adviseOn({ ...results, scenario: { ...results.scenario, requests } }, estimatesOf(sweep), {
        limits: {},
        queue: {},
      }).assessed.map(({ candidate }) => candidate.lack);
    assert.deepEqual(
      lackWith([request]),
      Array.from(lackWith([request]), () => undefined),
    );
    const lacks = lackWith([{ ...request, parent: { sampled: 0.3 } }]);
    assert.deepEqual(
      lacks.filter((lack) => lack !== undefined),
      ["callers"],
    );
  });

  it("keeps the most failed and slow requests among variants within the limits", () => {
    assert.equal(idOf(advise()), "always_on");
    assert.equal(idOf(advise({ limits: { maxCpuUs: 100 } })), "ratio:0.1");
    assert.equal(idOf(advise({ limits: { maxCpuShare: 0.2, maxP99Ms: 0.9 } })), "ratio:0.01");
  });

  it("costs the least of those that keep the same", () => {
    const sweep = { dear: { cpu: 1.3, failed: 1 }, cheap: { cpu: 1.2, failed: 1 } };
    assert.equal(idOf(advise({}, sweep)), "cheap");
  });

  it("is not decided by a contrast that is unsteady", () => {
    const sweep = { dear: { cpu: 1.3, failed: 1 }, cheap: { cpu: 1.2, failed: 1 } };
    const warnings = [{ code: "unsteady", message: "", fix: "" }];
    const beatenWith = (verdict: Estimate["verdict"]) => {
      const contrasts = estimatesOf(sweep).flatMap((one) => {
        if (one.variant !== "cheap" || one.against !== "dear") return [one];
        return [
          { ...one, warnings },
          { ...one, unit: "ratio", warnings, ...(verdict && { verdict }) },
        ];
      });
      const advice = adviseOn(resultsOf(Object.keys(sweep)), contrasts, { limits: {}, queue: {} });
      assert.equal(idOf(advice), "cheap");
      return assessedOf(advice, "dear").beaten?.on;
    };
    assert.deepEqual([beatenWith("regression"), beatenWith("inconclusive")], ["cpuUs", undefined]);
  });

  it("is shown to keep fewer failed requests than no other within the limits, nor than the choice within stricter ones", () => {
    const random = seededRandom(17);
    const failedOf = ({ candidate }: Assessed) => candidate.figures.failedKept!;
    for (let i = 0; i < 300; i++) {
      const sweep: Sweep = Object.fromEntries(
        ["a", "b", "c", "d", "e"].map((id) => {
          const [failed, slow, traces] = [random(), random(), 0.01 + random()];
          return [id, { cpu: 1 + random(), failed, slow, traces, p99Ms: random(), halfWidth: random() / 5 }];
        }),
      );
      const strict: Limits = { maxCpuUs: 240 * random(), maxP99Ms: random(), minErrors: random() };
      const { maxCpuUs, maxP99Ms, minErrors } = strict;
      const looser: readonly Limits[] = [
        strict,
        { maxCpuUs: maxCpuUs! * (1 + random()), maxP99Ms: maxP99Ms!, minErrors: minErrors! },
        { maxCpuUs: maxCpuUs!, maxP99Ms: maxP99Ms! * (1 + random()), minErrors: minErrors! },
        { maxCpuUs: maxCpuUs!, maxP99Ms: maxP99Ms!, minErrors: minErrors! * random() },
        { maxCpuUs: maxCpuUs!, minErrors: minErrors! },
        {},
      ];
      const before = advise({ limits: strict }, sweep).chosen;
      for (const limits of looser) {
        const { chosen, assessed } = advise({ limits }, sweep);
        const within = assessed.filter(isWithinLimits);
        assert.equal(chosen !== undefined, within.length > 0);
        for (const other of [...within, ...(before === undefined ? [] : [before])])
          assert.ok(failedOf(chosen!).high! >= failedOf(other).low!, JSON.stringify({ sweep, strict, limits }));
      }
    }
  });

  it("is none that lacks cost, rounds, or any trace kept", () => {
    const estimates = estimatesOf({
      ...SWEEP,
      always_off: { cpu: 1.05, failed: 0 },
      young: { cpu: 1.1, failed: 1, rounds: 3 },
    });
    const known = estimates.filter(({ variant, metric }) => variant !== "ratio:0.1" || metric !== "cpuUsPerRequest");
    const results = resultsOf([...Object.keys(SWEEP), "always_off", "young"]);
    const advice = adviseOn(results, known, { limits: {}, queue: {} });
    const lacks = ["ratio:0.1", "young", "always_off", "always_on"].map((id) => assessedOf(advice, id).candidate.lack);
    assert.deepEqual(lacks, ["cost", "rounds", "traces", undefined]);
    assert.ok(advice.assessed.filter(isWithinLimits).every(({ candidate }) => candidate.lack === undefined));
  });

  it("has no figure of what is kept if the exporter sends to no sink", () => {
    const results = resultsOf(Object.keys(SWEEP));
    const records = results.records.map((record) => ({ ...record, ledger: { ...record.ledger!, keptLocally: 8000 } }));
    const advice = adviseOn({ ...results, records }, estimatesOf(SWEEP), { limits: {}, queue: {} });
    assert.equal(assessedOf(advice, "ratio:0.1").candidate.lack, "kept");
    assert.equal(advice.chosen, undefined);
  });

  const PROCESSORS = ["always_on", "always_on batch:queue=8192", "always_on simple"] as const;
  const chosenOf = (...measured: readonly Measured[]): string | undefined =>
    idOf(advise({}, Object.fromEntries(measured.map((one, at) => [PROCESSORS[at], one]))));

  it("is not by shares that differ by chance: the cheaper, then the one that loses less, then the default", () => {
    const usual = { cpu: 1.5, failed: 0.97, halfWidth: 0.02 };
    const more = { ...usual, failed: 0.99 };
    assert.equal(chosenOf(usual, { ...more, cpu: 1.6 }), PROCESSORS[0], "10 % of 240 µs more");
    assert.equal(chosenOf({ ...usual, cpu: 1.6 }, more), PROCESSORS[1]);
    assert.equal(chosenOf({ ...usual, lost: 0.5 }, { ...more, lost: 0.1 }), PROCESSORS[1]);
    assert.equal(chosenOf({ ...usual, lost: 0.101 }, { ...more, lost: 0.1 }), PROCESSORS[0], "loss by chance");
    assert.equal(chosenOf({ ...usual, cpu: 1.501 }, more, { ...more, cpu: 1.499 }), PROCESSORS[0], "the default");
  });

  it("is by shares whose intervals do not overlap, whatever they cost", () => {
    assert.equal(chosenOf({ cpu: 1.5, failed: 0.9 }, { cpu: 1.9, failed: 0.99 }), PROCESSORS[1]);
  });

  it("is not by an upper bound of what is kept", () => {
    const warnings = [{ code: "unnamed-losses", message: "", fix: "" }];
    const proved = { cpu: 1.1, failed: 0.9, traces: 0.9, slow: 0.9 };
    assert.equal(chosenOf(proved, { ...proved, cpu: 1.2, failed: 0.99 }), PROCESSORS[1]);
    assert.equal(chosenOf(proved, { ...proved, cpu: 1.2, failed: 0.99, warnings }), PROCESSORS[0]);
    assert.equal(chosenOf({ ...proved, cpu: 1.2 }, { ...proved, failed: 0.8, warnings }), PROCESSORS[0]);
  });

  it("names the variants that cost or lose more, and no reason for one that is not distinguished", () => {
    const sweep = {
      always_on: { cpu: 1.5, failed: 0.99 },
      "always_on batch:queue=8192": { cpu: 1.499, failed: 0.991 },
      "always_on simple": { cpu: 1.9, failed: 0.99 },
      "ratio:0.1": { cpu: 1.1, failed: 0.1 },
    };
    const { assessed, chosen } = advise({}, sweep);
    assert.equal(chosen, assessed[0]);
    assert.deepEqual(
      assessed.map(({ beaten }) => beaten?.on),
      [undefined, undefined, "cpuUs", "failedKept"],
    );
  });

  it("is by the shares that samplers are asked to keep, if what they kept has no intervals", () => {
    const sweep = { always_on: { cpu: 1.56, failed: 1 }, "ratio:0.1": { cpu: 1.18, failed: 0.1 } };
    const estimates = estimatesOf(sweep).map(({ low, high, ...estimate }) =>
      estimate.unit === "share" ? estimate : { ...estimate, low, high },
    ) as Estimate[];
    const results = resultsOf(Object.keys(sweep));
    const records = results.records.map((record) => ({
      ...record,
      fidelity: fidelityOf(1000, record.trial.variant === "always_on" ? 1 : 0.1),
    }));
    assert.equal(idOf(adviseOn({ ...results, records }, estimates, { limits: {}, queue: {} })), "always_on");
    assert.equal(idOf(adviseOn(results, estimates, { limits: {}, queue: {} })), "ratio:0.1", "unknown: the cheaper");
  });
});
