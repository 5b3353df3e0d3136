import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Estimate } from "../estimate.ts";
import { adviseOn, type Advice, type Knowledge, type Wishes } from "./advise.ts";
import type { Lack } from "./choose.ts";
import { advise, estimatesOf, KNOWLEDGE, resultsOf, SWEEP } from "./sweep.fixture.ts";

const chosenOf = ({ choice }: Advice): string | undefined => choice.chosen?.candidate.variant.name;

const lacksOf = ({ judged }: Advice): Readonly<Record<string, Lack | undefined>> =>
  Object.fromEntries(judged.map(({ candidate, lack }) => [candidate.variant.name, lack]));

describe("the choice", () => {
  it("is the one that keeps the most where cost is limited", () => {
    assert.equal(chosenOf(advise({ limits: { maxCpu: 0.5 } })), "tail:errors");
    assert.equal(chosenOf(advise({ limits: { maxCpu: 0.2 } })), "ratio:0.1");
  });

  it("is the cheapest where something must be kept", () => {
    assert.equal(chosenOf(advise({ limits: { minErrors: 0.95 } })), "tail:errors");
    assert.equal(chosenOf(advise({ limits: { minErrors: 0.005, maxP99Ms: 5 } })), "ratio:0.01");
  });

  it("is the one that keeps the most for its cost where nothing is asked", () => {
    assert.equal(chosenOf(advise({})), "tail:errors");
  });

  it("does not count losses again that what is kept lacks already", () => {
    const both = { losing: { cpu: 1.2, errors: 0.8, lost: 0.3 }, keeping: { cpu: 1.2, errors: 0.7 } };
    assert.equal(chosenOf(advise({ limits: { maxCpu: 0.5 } }, both)), "losing");
  });

  it("prefers what is proven, and says what is not", () => {
    const close = { sure: { cpu: 1.04, errors: 0.5 }, unsure: { cpu: 1.0499, errors: 0.9 } };
    assert.equal(chosenOf(advise({ limits: { maxCpu: 0.05 } }, close)), "sure");
    const { choice } = advise({ limits: { maxCpu: 0.05 } }, { unsure: close.unsure });
    assert.ok(choice.chosen !== undefined);
    assert.deepEqual(
      choice.unproven.map(({ name }) => name),
      ["maxCpu"],
    );
  });

  it("names those that its CPU is not told apart from", () => {
    const alike = {
      one: { cpu: 1.2, errors: 0.9 },
      other: { cpu: 1.201, errors: 0.8 },
      dear: { cpu: 1.5, errors: 0.7 },
    };
    const { choice } = advise({}, alike);
    assert.ok(choice.chosen !== undefined);
    assert.deepEqual(
      choice.rivals.map(({ candidate }) => candidate.variant.name),
      ["other"],
    );
  });

  it("is not made from fewer rounds of cost than a verdict takes", () => {
    const ripe = { cpu: 1.5, errors: 0.5 };
    const young = { cpu: 1.1, errors: 1, rounds: 3 };
    const advice = advise({}, { ripe, young });
    assert.equal(chosenOf(advice), "ripe");
    assert.deepEqual(lacksOf(advice), { ripe: undefined, young: "rounds" });
    assert.equal(advise({}, { young }).choice.chosen, undefined);
  });

  it("is not made of a variant of which cost, or what it keeps, is not known, whatever limits it meets", () => {
    const without = (variant: string, metrics: readonly string[]) =>
      estimatesOf(SWEEP).filter((estimate) => estimate.variant !== variant || !metrics.includes(estimate.metric));
    const wishes = { limits: { maxP99Ms: 1.5 }, batch: {} };
    const results = resultsOf(Object.keys(SWEEP));
    const costless = adviseOn(results, without("ratio:0.1", ["cpuUsPerRequest"]), wishes, KNOWLEDGE);
    assert.equal(chosenOf(costless), "ratio:0.01");
    assert.equal(lacksOf(costless)["ratio:0.1"], "cost");
    const untold = adviseOn(results, without("ratio:0.1", ["errorRecall"]), wishes, KNOWLEDGE);
    assert.equal(lacksOf(untold)["ratio:0.1"], "kept");
    const nothing = adviseOn(
      results,
      estimatesOf(SWEEP).filter(({ metric }) => metric !== "cpuUsPerRequest"),
      wishes,
      KNOWLEDGE,
    );
    assert.deepEqual(nothing.choice, { chosen: undefined, impossible: [], nearest: undefined });
    assert.equal(nothing.front.size, 0);
  });

  it("is none that keeps nothing, however cheap", () => {
    const advice = advise({ limits: { maxCpu: 0.15 } }, { ...SWEEP, always_off: { cpu: 1.05, errors: 0 } });
    assert.equal(chosenOf(advice), "ratio:0.01");
    assert.equal(lacksOf(advice)["always_off"], "traces");
    assert.equal(chosenOf(advise({ limits: { maxCpu: 0.1 } }, { always_off: { cpu: 1.05, errors: 0 } })), undefined);
  });

  it("may be one that kept some traces, and none that failed", () => {
    const few = { few: { cpu: 1.1, errors: 0, traces: 0.01 } };
    assert.equal(chosenOf(advise({ limits: { maxCpu: 0.2 } }, few)), "few");
  });

  it("names variants of which no trial is usable among those left out", () => {
    const estimates = estimatesOf(SWEEP).filter(({ variant }) => variant !== "ratio:0.1");
    const advice = adviseOn(resultsOf(Object.keys(SWEEP)), estimates, { limits: {}, batch: {} }, KNOWLEDGE);
    assert.equal(lacksOf(advice)["ratio:0.1"], "cost");
  });

  it("rests on figures that are all estimates of the file", () => {
    const estimates = estimatesOf(SWEEP);
    const { judged } = adviseOn(resultsOf(Object.keys(SWEEP)), estimates, { limits: {}, batch: {} }, KNOWLEDGE);
    const figures = judged.flatMap(({ candidate }) => Object.values(candidate.figures));
    assert.equal(figures.length, 5 * 9);
    assert.ok(figures.every((figure) => estimates.includes(figure as Estimate)));
  });
});

const BY_COLLECTOR: Knowledge = {
  ...KNOWLEDGE,
  inService: (sampler) => (sampler.startsWith("tail:") ? "always_on" : sampler),
};

describe("a sampler that decides in a Collector", () => {
  const judgedOf = ({ judged }: Advice, name: string) =>
    judged.find(({ candidate }) => candidate.variant.name === name)!;

  it("is held against limits on services by what those run, and by its own figures for what is kept and stored", () => {
    const wishes = {
      limits: { maxCpu: 0.5, minErrors: 0.95 },
      traffic: { requestsPerSecond: 600, pricePerMillion: 1 },
    };
    const advice = advise(wishes, { ...SWEEP, "tail:errors": { cpu: 1.41, errors: 0.96 } }, BY_COLLECTOR);
    const tail = judgedOf(advice, "tail:errors");
    const alwaysOn = judgedOf(advice, "always_on");
    assert.equal(advice.choice.chosen, undefined, "always_on costs 56 %");
    assert.equal(tail.candidate.inService?.name, "always_on");
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
    assert.equal(choice.chosen.candidate.variant.name, "tail:errors");
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

describe("what tracing costs that keeps nothing", () => {
  it("is that of the cheaper of noop and always_off, where one was measured", () => {
    const empty = { always_off: { cpu: 1.12, errors: 0 }, noop: { cpu: 1.1, errors: 0 } };
    assert.equal(advise({}, { ...SWEEP, ...empty }).floor?.variant.name, "noop");
    assert.equal(advise({}).floor, undefined);
  });
});

describe("advice on the batch processor", () => {
  const reasonOf = (knowledge: Partial<Knowledge>) => {
    const known = { ...KNOWLEDGE, batchSettings: () => ({ queue: 2048, batch: 512, delayMs: 5000 }), ...knowledge };
    return advise({}, SWEEP, known).noBatch;
  };

  it("is withheld where the choice has another processor, or the file did not count what it exports", () => {
    assert.equal(reasonOf({ batchSettings: () => undefined }), "no batch processor");
    assert.equal(reasonOf({}), "not measured");
  });

  it("is withheld where several processes have a queue each, of whose spans the sum is known", () => {
    assert.equal(reasonOf({ services: (target) => (target === "orders" ? 5 : 1) }), "several services");
  });
});

describe("a share that is an upper bound, since lost spans have no names", () => {
  const unnamed = { code: "unnamed-losses", message: "", cure: "" };
  const bounded = (variant: string, limits: Wishes["limits"], knowledge = KNOWLEDGE) => {
    const estimates = estimatesOf(SWEEP).map((estimate) =>
      estimate.variant === variant && estimate.metric === "errorRecall"
        ? { ...estimate, warnings: [unnamed] }
        : estimate,
    );
    return adviseOn(resultsOf(Object.keys(SWEEP)), estimates, { limits, batch: {} }, knowledge);
  };

  it("makes one of what a Collector keeps, where it is of what reaches it", () => {
    const { judged } = bounded("always_on", { minErrors: 0.95 }, BY_COLLECTOR);
    const standings = judged.map(({ candidate, standings }) => [candidate.variant.name, standings[0]!.state]);
    assert.equal(Object.fromEntries(standings)["tail:errors"], "unproven");
  });

  it("does not prove that so much is kept, and gives way to one that does", () => {
    const advice = bounded("tail:errors", { minErrors: 0.95 });
    assert.equal(chosenOf(advice), "always_on");
    const states = advice.judged.map(({ candidate, standings }) => [candidate.variant.name, standings[0]!.state]);
    assert.equal(Object.fromEntries(states)["tail:errors"], "unproven");
  });

  it("is as good as another for what is beyond it: missed is missed", () => {
    const { judged } = bounded("ratio:0.1", { minErrors: 0.95 });
    assert.equal(judged.find(({ candidate }) => candidate.variant.name === "ratio:0.1")!.standings[0]!.state, "missed");
  });
});

describe("constraints that contradict each other", () => {
  it("are told with who meets each, what that one misses and by how much", () => {
    const { choice } = advise({ limits: { maxCpu: 0.2, minErrors: 0.95 } });
    assert.ok(choice.chosen === undefined);
    const [cpu, errors] = choice.impossible;
    assert.deepEqual([cpu?.standing?.state, cpu?.clashesWith], ["met", ["minErrors"]]);
    assert.deepEqual([errors?.standing?.state, errors?.clashesWith], ["met", ["maxCpu"]]);
    const { nearest } = choice;
    assert.equal(nearest?.candidate.variant.name, "ratio:0.1");
    const miss = nearest.standings.find(({ state }) => state === "missed");
    assert.ok(Math.abs(miss!.by! - 0.85) < 1e-9);
  });

  it("are told apart from one that nobody can meet", () => {
    const { choice } = advise({ limits: { maxCpu: 0.05 } });
    assert.ok(choice.chosen === undefined);
    const [cpu] = choice.impossible;
    assert.equal(cpu?.best?.candidate.variant.name, "ratio:0.01");
    assert.ok(Math.abs(cpu.standing!.by! - 0.08) < 1e-9);
  });

  it("are unknown where the file has no such figure", () => {
    const estimates = estimatesOf(SWEEP).filter(({ metric }) => metric !== "responseTimeP99Ms");
    const wishes = { limits: { maxP99Ms: 100 }, batch: {} };
    const { choice, judged } = adviseOn(resultsOf(Object.keys(SWEEP)), estimates, wishes, KNOWLEDGE);
    assert.equal(choice.chosen, undefined);
    assert.ok(judged.every(({ standings }) => standings[0]?.state === "unknown"));
  });
});
