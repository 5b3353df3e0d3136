import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TrialRecord } from "../../record/trial-record.ts";
import { withVariants } from "../../record/records.fixture.ts";
import { contrastFindings } from "./contrasts.ts";
import { estimatesOf } from "../estimates.ts";
import { syntheticResults } from "../synthetic.fixture.ts";
import { cost, estimatesFrom, near } from "../picked.fixture.ts";

/** Rounds in which the machine's speed changes far more than the variants differ. */
const SPEEDS = [100, 140, 80, 120, 95];
const at = (factor: number, tilt = 0): number[] => SPEEDS.map((speed, round) => speed * (factor + tilt * (round - 2)));
/** Its main thread takes this share of its CPU. */
const withMainThread = (record: TrialRecord, share: number): TrialRecord => {
  const { resources } = record;
  const mainThreadUsPerRequest = share * resources!.cpuUsPerRequest;
  return { ...record, resources: { ...resources!, mainThreadUsPerRequest } };
};
const contrasts = estimatesFrom([
  ...cost("none", at(1)),
  ...cost("ratio:0.1", at(1.3, 0.001)),
  ...cost("always_on", at(1.6)),
  ...cost("ratio:0.01", at(1.2)),
]).filter(({ against }) => against !== undefined && against !== "none");

describe("contrasts between samplers", () => {
  it("compare every pair, the cheaper against the dearer, and judge neighbours and pairs with always_on", () => {
    const ratios = contrasts.filter(({ unit }) => unit === "ratio");
    assert.deepEqual(
      ratios.map(({ variant, against, verdict }) => [variant, against, verdict]),
      [
        ["ratio:0.01", "ratio:0.1", "improvement"],
        ["ratio:0.01", "always_on", "improvement"],
        ["ratio:0.1", "always_on", "improvement"],
      ],
    );
  });

  it("distinguish samplers whose figures beside none overlap, because they are paired by round", () => {
    const all = estimatesFrom([
      ...cost(
        "none",
        [100, 112, 92, 104, 97].map((cpu, round) => cpu + 9 * (round % 2)),
      ),
      ...cost("ratio:0.1", at(1.25)),
      ...cost("ratio:0.01", at(1.22)),
    ]).filter(({ unit }) => unit === "ratio");
    const [small, large] = ["ratio:0.01", "ratio:0.1"].map((variant) =>
      all.find((one) => one.variant === variant && one.against === "none")!,
    );
    const pair = all.find((one) => one.variant === "ratio:0.01" && one.against === "ratio:0.1")!;
    assert.ok(small!.high! > large!.low!, "the intervals against none overlap");
    assert.equal(pair.verdict, "improvement");
  });

  it("give what is saved in µs of what the dearer one takes", () => {
    const saved = contrasts.find(
      ({ variant, against, unit }) => variant === "ratio:0.1" && against === "always_on" && unit === "us/request",
    )!;
    near(saved.center, (1.3 / 1.6 - 1) * 1.6 * SPEEDS.reduce((product, speed) => product * speed, 1) ** (1 / 5), 0.001);
  });

  it("compare the main threads in the same direction, and judge the same pairs", () => {
    // V8's helper threads blur the whole; of the main threads ratio:0.1 is by chance the cheaper one
    const known = [
      ...cost("none", at(1)).map((record) => withMainThread(record, 0.9)),
      ...cost("ratio:0.1", at(1.3, 0.03)).map((record) =>
        withMainThread(record, 1.09 / (1.3 + 0.03 * (record.trial.round - 3))),
      ),
      ...cost("ratio:0.01", at(1.29, -0.03)).map((record) =>
        withMainThread(record, 1.13 / (1.29 - 0.03 * (record.trial.round - 3))),
      ),
    ];
    const ratios = estimatesFrom(known).filter(({ unit, against }) => unit === "ratio" && against !== "none");
    assert.deepEqual(
      ratios.map(({ variant, against, metric, verdict }) => [variant, against, metric, verdict]),
      [
        ["ratio:0.01", "ratio:0.1", "cpuUsPerRequest", "inconclusive"],
        ["ratio:0.01", "ratio:0.1", "mainThreadUsPerRequest", "regression"],
      ],
    );
    near(ratios[1]!.center, 1.13 / 1.09, 1e-6);
  });

  it("hold a version against the one before it under the same sampler, and judge no other pair of versions", () => {
    const records = [
      ...cost("none", at(1)),
      ...cost("ratio:0.1 old", at(1.3)),
      ...cost("ratio:0.1 new", at(1.35)),
      ...cost("always_on old", at(1.6)),
      ...cost("always_on new", at(1.5)),
    ];
    const versioned = withVariants(
      syntheticResults(records),
      (id) => id !== "none" && { otel: id.endsWith("old") ? "2.12.1" : "3.1.1" },
    );
    const { estimates } = estimatesOf(versioned);
    const judged = estimates.filter(({ unit, against, verdict }) => unit === "ratio" && against !== "none" && verdict);
    const pairs = judged.map(({ variant, against, verdict }) => `${variant}, ${against}: ${verdict}`);
    assert.deepEqual(
      new Set(pairs),
      new Set([
        "always_on new, always_on old: improvement",
        "ratio:0.1 new, always_on new: improvement",
        "ratio:0.1 new, ratio:0.1 old: regression",
        "ratio:0.1 old, always_on old: improvement",
      ]),
    );
  });

  it("are there for each load of the cost, with a verdict at the first only", () => {
    const first = [...cost("none", at(1)), ...cost("ratio:0.1", at(1.3)), ...cost("always_on", at(1.6))];
    const further = first.map((record) => ({ ...record, trial: { ...record.trial, phase: "cost-2" as const } }));
    const ratios = estimatesFrom([...first, ...further]).filter(
      ({ variant, against, unit }) => variant === "ratio:0.1" && against === "always_on" && unit === "ratio",
    );
    assert.deepEqual(
      ratios.map(({ phase, verdict }) => [phase, verdict]),
      [
        ["cost", "improvement"],
        ["cost-2", undefined],
      ],
    );
  });

  it("are none if nothing was measured", () =>
    assert.deepEqual(contrastFindings([], [], { confidence: 0.95, divisor: 1 }), []));
});
