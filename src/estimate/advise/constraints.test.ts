import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adviseOn } from "./advise.ts";
import { BY_COLLECTOR, estimatesOf, KNOWLEDGE, resultsOf, SWEEP } from "./sweep.fixture.ts";

describe("a share that is an upper bound, since lost spans have no names", () => {
  const unnamed = { code: "unnamed-losses", message: "", fix: "" };
  const advice = (bounded: string, knowledge = KNOWLEDGE) => {
    const estimates = estimatesOf(SWEEP).map((estimate) =>
      estimate.variant === bounded && estimate.metric === "errorRecall"
        ? { ...estimate, warnings: [unnamed] }
        : estimate,
    );
    const wishes = { limits: { minErrors: 0.95 }, batch: {} };
    const { judged, choice } = adviseOn(resultsOf(Object.keys(SWEEP)), estimates, wishes, knowledge);
    const states = judged.map(({ candidate, standings }) => [candidate.variant.id, standings[0]!.state]);
    return { chosen: choice.chosen?.candidate.variant.id, states: Object.fromEntries(states) };
  };

  it("does not prove that so much is kept, and gives way to one that does", () => {
    const { chosen, states } = advice("tail:errors");
    assert.equal(states["tail:errors"], "unproven");
    assert.equal(chosen, "always_on");
  });

  it("makes one of what a Collector keeps, where it is of what reaches it", () => {
    assert.equal(advice("always_on", BY_COLLECTOR).states["tail:errors"], "unproven");
  });

  it("shows as well as another what misses a limit", () => {
    assert.equal(advice("ratio:0.1").states["ratio:0.1"], "missed");
  });
});
