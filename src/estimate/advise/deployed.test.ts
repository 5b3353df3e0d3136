import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Advice } from "./advise.ts";
import { advise, BY_COLLECTOR, SWEEP } from "./sweep.fixture.ts";

describe("a sampler that decides in a Collector", () => {
  const judgedOf = ({ judged }: Advice, name: string) => judged.find(({ candidate }) => candidate.variant.id === name)!;

  it("is held against limits on services by what those run, and by its own figures for what is kept and stored", () => {
    const wishes = {
      limits: { maxCpu: 0.5, minErrors: 0.95 },
      traffic: { requestsPerSecond: 600, pricePerMillion: 1 },
    };
    const advice = advise(wishes, { ...SWEEP, "tail:errors": { cpu: 1.41, errors: 0.96 } }, BY_COLLECTOR);
    const tail = judgedOf(advice, "tail:errors");
    const alwaysOn = judgedOf(advice, "always_on");
    assert.equal(advice.choice.chosen, undefined, "always_on costs 56 %");
    assert.equal(tail.candidate.inService?.id, "always_on");
    assert.deepEqual(
      tail.standings.map(({ state }) => state),
      ["missed", "met"],
    );
    assert.equal(tail.candidate.figures.p99AddedMs, alwaysOn.candidate.figures.p99AddedMs);
    assert.equal(tail.projection!.sentPerSecond!.center, 600 * 8);
    assert.ok(tail.projection!.spansPerMonth!.center < alwaysOn.projection!.spansPerMonth!.center);
    assert.ok(tail.projection!.moneyPerMonth!.center < alwaysOn.projection!.moneyPerMonth!.center);
  });

  it("is chosen before what its services run where both meet the limits, since less is stored", () => {
    const { choice } = advise({ limits: { maxCpu: 0.6, minErrors: 0.95 } }, SWEEP, BY_COLLECTOR);
    assert.ok(choice.chosen !== undefined);
    assert.equal(choice.chosen.candidate.variant.id, "tail:errors");
    assert.match(choice.rule, /, and of equals the fewest spans stored$/);
    assert.deepEqual(choice.rivals, [], "their CPU is one figure, so there is nothing to tell apart");
  });

  it("keeps no more than what reaches the Collector, whatever it kept where little was sent", () => {
    const lossy = { always_on: { cpu: 1.56, errors: 0.4, lost: 0.3 }, "tail:errors": { cpu: 1.41, errors: 0.9 } };
    const { choice, judged } = advise({ limits: { minErrors: 0.6 } }, lossy, BY_COLLECTOR);
    assert.equal(choice.chosen, undefined);
    const [, tail] = judged;
    const { center, low, high } = tail!.candidate.figures.errorRecall!;
    assert.ok(Math.abs(center - 0.36) < 1e-9);
    assert.ok(low! < center && center < high!);
    assert.equal(tail!.standings[0]!.state, "missed");
  });

  it("is not considered where what its services run was not measured beside the same processor", () => {
    const { always_on: _, ...others } = SWEEP;
    const advice = advise({}, { ...others, "always_on simple": SWEEP["always_on"]! }, BY_COLLECTOR);
    const { lack, candidate } = judgedOf(advice, "tail:errors");
    assert.equal(lack, "service");
    assert.deepEqual(Object.keys(candidate.figures), ["errorRecall", "spansPerRequest", "bytesPerRequest"]);
  });
});
