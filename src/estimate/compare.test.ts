import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deriveSeed, seededRandom } from "../base/random.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { compareResults, compareVariants, isSettled, type Comparison } from "./compare.ts";
import { incomparable } from "./incomparable.ts";
import { normal, withVariants } from "../record/records.fixture.ts";
import { syntheticRecord, syntheticResults } from "./synthetic.fixture.ts";

interface World {
  readonly seed: number;
  /** How much slower the whole machine is. */
  readonly drift?: number;
  /** CPU of the variant as a multiple of `none`. */
  readonly cost?: number;
  readonly lost?: number;
  readonly rounds?: number;
}

function records({ seed, drift = 1, cost = 1.5, lost = 0, rounds = 6 }: World): TrialRecord[] {
  const random = seededRandom(deriveSeed(seed));
  return Array.from({ length: rounds }, (_, i) => {
    const restart = 100 * drift * Math.exp(0.03 * normal(random));
    const noise = (): number => Math.exp(0.004 * normal(random));
    return [
      syntheticRecord({ variant: "none", round: i + 1, cpu: restart * noise() }),
      syntheticRecord({ variant: "always_on", round: i + 1, cpu: restart * cost * noise(), lost }),
    ];
  }).flat();
}

const results = (world: World): Results => syntheticResults(records(world));

function cpu(comparisons: readonly Comparison[], variant = "always_on"): Comparison {
  return comparisons.find(({ ratio }) => ratio.variant === variant && ratio.metric === "cpuUsPerRequest")!;
}

describe("comparing two results", () => {
  it("is settled by no verdict on the main thread, which is a part of CPU only", () => {
    const judged = (metric: string, verdict: string) => ({ ratio: { metric, verdict } }) as Comparison;
    const main = judged("mainThreadUsPerRequest", "equivalent");
    assert.equal(isSettled([main, judged("cpuUsPerRequest", "inconclusive")]), false);
    assert.equal(isSettled([main, judged("cpuUsPerRequest", "equivalent")]), true);
  });

  it("takes the machine's drift out by each file's own `none`", () => {
    const { comparisons } = compareResults(results({ seed: 1 }), results({ seed: 2, drift: 1.2 }));
    const { base, candidate, ratio } = cpu(comparisons);
    assert.equal(ratio.verdict, "equivalent");
    assert.ok(ratio.low! < 1 && 1 < ratio.high!);
    assert.ok(Math.abs(base.center - 1.5) < 0.02 && Math.abs(candidate.center - 1.5) < 0.02);
    assert.match(ratio.method, /Welch t on log ratios to each file's none/);
  });

  it("shows the drift itself in `none`, without a verdict", () => {
    const { ratio } = cpu(compareResults(results({ seed: 1 }), results({ seed: 2, drift: 1.2 })).comparisons, "none");
    assert.ok(Math.abs(ratio.center - 1.2) < 0.05);
    assert.equal(ratio.verdict, undefined);
    assert.ok(ratio.warnings.some(({ code }) => code === "uncorrected-shift"));
  });

  it("finds 5 % more CPU in at least 18 of 20 pairs, and none in at least 19 of 20 equal ones", () => {
    const verdicts = (cost: number): (string | undefined)[] =>
      Array.from({ length: 20 }, (_, i) => {
        const base = results({ seed: 100 + i });
        const candidate = results({ seed: 200 + i, drift: 1.1, cost: 1.5 * cost });
        return cpu(compareResults(base, candidate).comparisons).ratio.verdict;
      });
    assert.ok(verdicts(1.05).filter((verdict) => verdict === "regression").length >= 18);
    assert.ok(verdicts(1).filter((verdict) => verdict !== "regression").length >= 19);
  });

  it("calls less CPU an improvement, in the other direction a regression", () => {
    const [before, after] = [results({ seed: 1 }), results({ seed: 2, cost: 1.2 })];
    assert.equal(cpu(compareResults(before, after).comparisons).ratio.verdict, "improvement");
    assert.equal(cpu(compareResults(after, before).comparisons).ratio.verdict, "regression");
  });

  it("calls lost spans a regression if none were lost before, and equal losses of none equivalent", () => {
    const lost = (comparisons: readonly Comparison[]): Comparison =>
      comparisons.find(({ ratio }) => ratio.metric === "spansLostShare" && ratio.variant === "always_on")!;
    const before = results({ seed: 1 });
    const worse = lost(compareResults(before, results({ seed: 2, lost: 20 })).comparisons);
    assert.equal(worse.ratio.verdict, "regression");
    assert.ok(Math.abs(worse.ratio.center - 0.02) < 1e-12);
    assert.equal(worse.ratio.unit, "share");
    assert.equal(lost(compareResults(before, results({ seed: 2 })).comparisons).ratio.verdict, "equivalent");
  });

  it("gives numbers without a verdict if a file has fewer than four rounds", () => {
    const { ratio } = cpu(compareResults(results({ seed: 1 }), results({ seed: 2, rounds: 3 })).comparisons);
    assert.equal(ratio.verdict, undefined);
    assert.ok(ratio.low! < ratio.high!);
    assert.ok(ratio.warnings.some(({ code }) => code === "few-rounds"));
  });

  it("compares no ratio to `none` with a figure of a file that has no valid `none`", () => {
    const whole = results({ seed: 1 });
    const withoutBaseline = syntheticResults(
      records({ seed: 2 }).map((one) => (one.trial.variant === "none" ? { ...one, valid: false } : one)),
    );
    const compared = [compareResults(whole, withoutBaseline), compareResults(withoutBaseline, whole)];
    assert.deepEqual(
      compared.map(({ comparisons }) => cpu(comparisons)),
      [undefined, undefined],
    );
    for (const [at, side] of ["candidate", "base"].entries())
      assert.ok(compared[at]!.unavailable.some((reason) => reason.includes(`${side} has no valid trial of none`)));
    assert.ok(Math.abs(cpu(compareResults(withoutBaseline, withoutBaseline).comparisons).ratio.center - 1) < 1e-9);
  });

  it("names the variants that only one of them has", () => {
    const more = syntheticResults([...records({ seed: 1 }), syntheticRecord({ variant: "ratio:0.1", round: 1 })]);
    const compared = compareResults(results({ seed: 2 }), more);
    assert.deepEqual([compared.onlyInBase, compared.onlyInCandidate], [[], ["ratio:0.1"]]);
  });
});

describe("comparing two variants of one run", () => {
  it("pairs them by round", () => {
    const pairs = [{ base: "none", candidate: "always_on" }];
    const { ratio } = cpu(compareVariants(records({ seed: 1 }), pairs).comparisons);
    assert.equal(ratio.verdict, "regression");
    assert.equal(ratio.against, "none");
    assert.match(ratio.method, /paired by round/);
  });
});

it("of two files, no baseline gets a verdict, although each Node has one of its own", () => {
  const file = (shift: number): Results => {
    const ofNodes = ["22", "24"].flatMap((node) =>
      [1, 2, 3, 4].flatMap((round) =>
        ["none", "always_on"].map((sampler, at) =>
          syntheticRecord({
            variant: `${sampler} ${node}`,
            round,
            cpu: (100 + 50 * at) * (1 + 0.1 * (round % 2)) * shift,
          }),
        ),
      ),
    );
    return withVariants(syntheticResults(ofNodes), (id) => ({ node: id.split(" ")[1]! }));
  };
  const { comparisons } = compareResults(file(1), file(1.1));
  const verdictsOf = (sampler: string) =>
    comparisons.flatMap(({ ratio }) => (ratio.variant.startsWith(sampler) ? [ratio.verdict] : []));
  assert.ok(verdictsOf("none").length >= 2);
  assert.deepEqual(new Set(verdictsOf("none")), new Set([undefined]));
  assert.ok(!verdictsOf("always_on").includes(undefined));
});

describe("what may not be compared", () => {
  const base = results({ seed: 1 });
  const environment = (changes: object): Results => ({ ...base, environment: { ...base.environment, ...changes } });

  it("is nothing between two runs of the same kind, whatever their rounds and seeds", () => {
    const scenario = { ...base.scenario, rounds: 12, seed: 9, name: "again" };
    assert.deepEqual(incomparable(base, { ...results({ seed: 2 }), scenario }), []);
  });

  it("is named with both values", () => {
    assert.deepEqual(incomparable(base, environment({ node: "v26.1.0" })), ["Node: v24.21.0 and v26.1.0"]);
    assert.deepEqual(incomparable(base, environment({ cpu: { model: "B", cores: 2, governors: ["performance"] } })), [
      "CPU model: Example CPU and B",
    ]);
    const faster = { ...base, scenario: { ...base.scenario, ratePerSecond: 700 } };
    assert.deepEqual(incomparable(base, faster), ["scenario ratePerSecond: 600 and 700"]);
  });

  it("is named by what differs alone, of phases that both measured, as it was written", () => {
    const withPath = (path: string): Results => {
      const requests = ["/health", path].map((one) => ({ route: `GET ${one}`, path: one, method: "GET" }));
      return { ...base, scenario: { ...base.scenario, requests: requests as Results["scenario"]["requests"] } };
    };
    assert.deepEqual(incomparable(withPath("/items/{n}"), withPath("/items/{id}")), [
      "scenario requests[1] route: GET /items/{n} and GET /items/{id}",
      "scenario requests[1] path: /items/{n} and /items/{id}",
    ]);
    const { phases, durationMs } = base.scenario;
    const longer = { ...durationMs, cost: durationMs.cost + 1, start: durationMs.start + 1 };
    assert.ok(!phases.includes("start"));
    assert.deepEqual(incomparable(base, { ...base, scenario: { ...base.scenario, durationMs: longer } }), [
      `scenario durationMs cost: ${durationMs.cost} and ${longer.cost}`,
    ]);
  });

  it("is two runs whose cost rate or number of variants side by side differs: a request costs less on a busier core", () => {
    const third = syntheticRecord({ variant: "ratio:0.5", round: 1 });
    const wider = syntheticResults([...base.records, third]);
    assert.deepEqual(incomparable(base, wider), [
      "cost rate per second: 600 and 400",
      "variants side by side: 2 and 3",
    ]);
    const slower = { ...base, scenario: { ...base.scenario, costRatePerSecond: 200 } };
    assert.deepEqual(incomparable(base, slower), ["cost rate per second: 600 and 200"]);
    const alone = (results: Results): Results => ({
      ...results,
      scenario: { ...results.scenario, phases: ["latency"] },
    });
    assert.deepEqual(incomparable(alone(base), alone(wider)), []);
  });

  it("is two runs without a common variant", () => {
    const other = syntheticResults([syntheticRecord({ variant: "ratio:0.5", round: 1 })]);
    assert.ok(incomparable(base, other).some((text) => /variant .*in both/.test(text)));
  });
});
