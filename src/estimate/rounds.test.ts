/** Few rounds, and rounds that not every variant has. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Estimate } from "./estimate.ts";
import { cost, estimatesFrom, near, pick } from "./picked.fixture.ts";
import { syntheticRecord } from "./synthetic.fixture.ts";

describe("few rounds", () => {
  it("gives no interval for one round, and says so", () => {
    const estimates = estimatesFrom([...cost("none", [100]), ...cost("always_on", [150])]);
    const ratio = pick(estimates, { variant: "always_on", metric: "cpuUsPerRequest", unit: "ratio" });
    assert.equal(ratio.center, 1.5);
    assert.equal(ratio.low, undefined);
    assert.equal(ratio.verdict, undefined);
    assert.deepEqual(
      ratio.warnings.map((warning) => warning.code),
      ["one-round", "few-rounds"],
    );
  });

  it("gives no interval from two rounds, nor from three that leave more than a factor of two", () => {
    const ratioOf = (values: readonly number[]): Estimate =>
      pick(
        estimatesFrom([
          ...cost(
            "none",
            values.map(() => 100),
          ),
          ...cost("always_on", values),
        ]),
        {
          variant: "always_on",
          metric: "cpuUsPerRequest",
          unit: "ratio",
        },
      );
    assert.equal(ratioOf([120, 150, 220]).low, undefined);
    assert.ok(ratioOf([149, 150, 151]).low !== undefined);
    assert.equal(ratioOf([149, 150]).low, undefined, "two rounds may agree by chance");
    assert.ok(ratioOf([120, 220, 400, 150]).high! > 2 * ratioOf([120, 220, 400, 150]).low!);
  });
});

describe("what is left out", () => {
  const records = [
    ...cost("none", [100, 101, 99, 100, 100]),
    ...cost("always_on", [150, 151, 149]),
    syntheticRecord({ variant: "always_on", round: 4, cpu: 900, valid: false }),
    syntheticRecord({ variant: "always_on", round: 5, cpu: 900, ending: "failed" }),
  ];

  it("uses completed and valid trials only, pairs the rounds that both have, and says how many it left out", () => {
    const ratio = pick(estimatesFrom(records), { variant: "always_on", metric: "cpuUsPerRequest", unit: "ratio" });
    assert.equal(ratio.n, 3);
    near(ratio.center, 1.5, 0.01);
    const warning = ratio.warnings.find(({ code }) => code === "trials-left-out")!;
    assert.equal(warning.message, "2 of 5 trials of always_on are left out (1 did not complete, 1 invalid)");
  });

  it("takes absolute figures from the rounds that all variants have, so that they agree with the changes", () => {
    const disturbed = [
      ...cost("none", [100, 104, 96, 100]),
      syntheticRecord({ variant: "none", round: 5, cpu: 4000 }),
      ...cost("always_on", [150, 157, 143, 150]),
      syntheticRecord({ variant: "always_on", round: 5, cpu: 900, valid: false }),
    ];
    const [none, own, ratio] = [
      { variant: "none", unit: "us/request" },
      { variant: "always_on", unit: "us/request", against: undefined },
      { variant: "always_on", unit: "ratio" },
    ].map((want) => pick(estimatesFrom(disturbed), { metric: "cpuUsPerRequest", ...want }));
    near(none!.center, 100, 0.1);
    assert.deepEqual([none!.n, own!.n, ratio!.n], [4, 4, 4]);
    near(ratio!.center, own!.center / none!.center);
  });

  for (const common of [0, 1, 2, 3]) {
    it(`takes each variant's own rounds if all have ${common} in common, too few for a verdict`, () => {
      const alone = 4 - common;
      const apart = [1, 2, 3, 4].flatMap((at) => [
        syntheticRecord({ variant: "none", round: at, cpu: at > alone ? 100 : 200 }),
        syntheticRecord({ variant: "always_on", round: at + alone, cpu: at <= common ? 150 : 300 }),
      ]);
      const absolute = (variant: string): Estimate =>
        pick(estimatesFrom(apart), { variant, metric: "cpuUsPerRequest", unit: "us/request", against: undefined });
      near(absolute("none").center, 200 ** (alone / 4) * 100 ** (common / 4));
      near(absolute("always_on").center, 300 ** (alone / 4) * 150 ** (common / 4));
      assert.deepEqual([absolute("none").n, absolute("always_on").n], [4, 4]);
      const ratios = estimatesFrom(apart).filter(
        ({ metric, unit }) => metric === "cpuUsPerRequest" && unit === "ratio",
      );
      assert.deepEqual(
        ratios.map(({ n, center }) => [n, center.toFixed(6)]),
        common === 0 ? [] : [[common, "1.500000"]],
      );
    });
  }
});

describe("a machine whose speed changes from round to round", () => {
  it("is in no difference: it is at the baseline's mean, with the interval of the ratio", () => {
    const speeds = [100, 140, 90, 120];
    const figures = estimatesFrom([
      ...cost("none", speeds),
      ...cost(
        "always_on",
        speeds.map((cpu, at) => cpu * (1.5 + at / 100)),
      ),
    ]).filter(({ metric, against }) => metric === "cpuUsPerRequest" && against === "none");
    const mean = speeds.reduce((product, cpu) => product * cpu, 1) ** (1 / speeds.length);
    const [ratio, difference] = ["ratio", "us/request"].map((unit) => pick(figures, { unit }));
    for (const end of ["center", "low", "high"] as const) near(difference![end], (ratio![end]! - 1) * mean);
  });
});
