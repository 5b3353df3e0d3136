import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contrastFindings } from "./contrasts.ts";
import { cost, estimatesFrom, near } from "../picked.fixture.ts";

/** Rounds in which the machine's speed changes far more than the variants differ. */
const SPEEDS = [100, 140, 80, 120, 95];
const at = (factor: number, tilt = 0): number[] => SPEEDS.map((speed, round) => speed * (factor + tilt * (round - 2)));
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

  it("are none if nothing was measured", () =>
    assert.deepEqual(contrastFindings([], [], { confidence: 0.95, looks: 1 }), []));
});
