import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "../../base/random.ts";
import type { Results } from "../../record/results.ts";
import type { Estimate } from "../estimate.ts";
import { compareByObjective } from "../pareto-front.ts";
import { adviseOn, isWithinLimits, type Advice } from "./advise.ts";
import { candidatesOf, criteriaOf } from "./candidate.ts";
import type { Limits } from "./limits.ts";
import { advise, estimatesOf, resultsOf, SWEEP, type Sweep } from "./sweep.fixture.ts";

const idOf = ({ chosen }: Advice): string | undefined => chosen?.candidate.variant.id;
const assessedOf = ({ assessed }: Advice, id: string) => assessed.find(({ candidate }) => candidate.variant.id === id)!;
const stateOf = (advice: Advice, id: string): string => assessedOf(advice, id).standings[0]!.state;

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

  it("never gets worse if a limit is loosened, and is on the front", () => {
    const random = seededRandom(17);
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
        { maxCpuUs: maxCpuUs! * (1 + random()), maxP99Ms: maxP99Ms!, minErrors: minErrors! },
        { maxCpuUs: maxCpuUs!, maxP99Ms: maxP99Ms! * (1 + random()), minErrors: minErrors! },
        { maxCpuUs: maxCpuUs!, maxP99Ms: maxP99Ms!, minErrors: minErrors! * random() },
        { maxCpuUs: maxCpuUs!, minErrors: minErrors! },
        {},
      ];
      const before = advise({ limits: strict }, sweep).chosen;
      for (const limits of looser) {
        const { chosen } = advise({ limits }, sweep);
        if (before === undefined) continue;
        const [now, then] = [criteriaOf(chosen!.candidate)!, criteriaOf(before.candidate)!];
        assert.ok(compareByObjective(now, then) <= 0, JSON.stringify({ sweep, strict, limits }));
      }
      const free = advise({}, sweep);
      assert.ok(free.front.has(free.chosen!.candidate));
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

  it("names no variant as cheaper if the interval of what it takes beyond the choice holds 0", () => {
    const near = advise({}, { one: { cpu: 1.3, failed: 0.9 }, other: { cpu: 1.295, failed: 0.899 } });
    assert.deepEqual(near.alternatives, []);
    assert.ok(assessedOf(near, "other").beyondChoice!.high! > 0);
  });

  it("names cheaper variants whose shares kept do not differ beyond the intervals", () => {
    const sweep = {
      one: { cpu: 1.3, failed: 0.9 },
      other: { cpu: 1.2, failed: 0.899 },
      third: { cpu: 1.1, failed: 0.5 },
    };
    const ids = advise({}, sweep).alternatives.map(({ candidate }) => candidate.variant.id);
    assert.deepEqual(ids, ["other"]);
  });

  it("names no variant as cheaper that keeps less, also if what the choice keeps has no interval", () => {
    const sweep = { always_on: { cpu: 1.56, failed: 1 }, "ratio:0.1": { cpu: 1.18, failed: 0.1 } };
    const rounds = estimatesOf(sweep).map(({ low, high, ...estimate }) =>
      estimate.variant === "always_on" && estimate.unit === "share" ? estimate : { ...estimate, low, high },
    ) as Estimate[];
    const advice = adviseOn(resultsOf(Object.keys(sweep)), rounds, { limits: {}, queue: {} });
    assert.equal(advice.chosen?.candidate.variant.id, "always_on");
    assert.deepEqual(advice.alternatives, []);
  });
});

describe("a limit", () => {
  it("is not met if another load that was measured within reach is beyond it", () => {
    const of = (latencyCpuUs: number): string =>
      stateOf(advise({ limits: { maxCpuUs: 150 } }, { always_on: { cpu: 1.5, failed: 1, latencyCpuUs } }), "always_on");
    assert.deepEqual([of(154), of(149)], ["not settled", "met"]);
    const limits = { maxCores: 0.15 };
    const traffic = { requestsPerSecond: 1000, instances: 1 };
    const sweep = { always_on: { cpu: 1.5, failed: 1, latencyCpuUs: 154 } };
    assert.equal(stateOf(advise({ limits, traffic }, sweep), "always_on"), "not settled");
  });

  it("is met or missed if the whole interval is, and else not settled", () => {
    const stateAt = (maxCpuUs: number): string => stateOf(advise({ limits: { maxCpuUs } }), "always_on");
    assert.deepEqual([136, 134.5, 133].map(stateAt), ["met", "not settled", "missed"]);
    assert.equal(idOf(advise({ limits: { maxCpuUs: 134.5 } }, { always_on: SWEEP["always_on"]! })), undefined);
  });

  it("in per cent of CPU holds at the measured load only; µs and cores hold further", () => {
    const traffic = { requestsPerSecond: 2400, instances: 1 };
    assert.equal(stateOf(advise({ limits: { maxCpuShare: 0.9 }, traffic }), "always_on"), "not settled");
    assert.equal(stateOf(advise({ limits: { maxCpuUs: 200 }, traffic }), "always_on"), "met");
    assert.equal(stateOf(advise({ limits: { maxCores: 0.33 }, traffic }), "always_on"), "met");
    const near = { requestsPerSecond: 2400, instances: 4 };
    assert.equal(stateOf(advise({ limits: { maxCpuShare: 0.9 }, traffic: near }), "always_on"), "met");
  });

  it("of failed requests kept is not proved by an upper bound", () => {
    const warnings = [{ code: "unnamed-losses", message: "", fix: "" }];
    const sweep = { ...SWEEP, always_on: { ...SWEEP["always_on"]!, warnings } };
    const advice = advise({ limits: { minErrors: 0.95 } }, sweep);
    assert.equal(stateOf(advice, "always_on"), "not settled");
    assert.equal(stateOf(advice, "tail:errors"), "not settled", "a Collector keeps a share of what always_on delivers");
  });

  it("on spend is unknown if the volume at this traffic is", () => {
    const traffic = { requestsPerSecond: 6000, instances: 1, pricePerMillion: 1 };
    const sweep = { "ratio_floor:0.1,min=5/s": { cpu: 1.1, failed: 0.1 } };
    assert.equal(stateOf(advise({ limits: { maxSpend: 1 }, traffic }, sweep), "ratio_floor:0.1,min=5/s"), "unknown");
  });
});

describe("tail sampling", () => {
  it("costs what always_on costs, and keeps a share of what always_on delivers", () => {
    const sweep = { always_on: { cpu: 1.56, failed: 0.5 }, "tail:errors": { cpu: 1.1, failed: 0.9, traces: 0.06 } };
    const { figures, service } = assessedOf(advise({}, sweep), "tail:errors").candidate;
    assert.equal(service?.id, "always_on");
    assert.ok(Math.abs(figures.cpuUs!.center - 0.56 * 240) < 1e-9);
    assert.ok(Math.abs(figures.failedKept!.center - 0.45) < 1e-9);
  });

  it("costs what always_on costs with the same version of the SDK", () => {
    const tail = SWEEP["tail:errors"]!;
    const sweep = { "always_on 2.12.1": { cpu: 1.5, failed: 1 }, "always_on 3.1.1": { cpu: 1.8, failed: 1 } };
    const all: Sweep = { ...sweep, "tail:errors 3.1.1": tail, "tail:errors 2.7.1": tail };
    const results = resultsOf(Object.keys(all));
    const variants = results.plan.variants.map((variant) => ({ ...variant, otel: variant.id.split(" ")[1] }));
    const candidates = candidatesOf({ ...results, plan: { ...results.plan, variants } }, estimatesOf(all));
    assert.deepEqual(
      candidates.slice(2).map(({ service, lack }) => [service?.id, lack]),
      [
        ["always_on 3.1.1", undefined],
        [undefined, "always_on"],
      ],
    );
  });

  it("is not recommended if always_on was not measured", () => {
    const advice = advise({}, { "tail:errors": SWEEP["tail:errors"]! });
    assert.equal(assessedOf(advice, "tail:errors").candidate.lack, "always_on");
  });
});
