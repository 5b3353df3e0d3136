import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Estimate } from "../estimate.ts";
import { adviseOn, type Advice, type Knowledge } from "./advise.ts";
import type { Lack } from "./choose.ts";
import { advise, estimatesOf, KNOWLEDGE, resultsOf, SWEEP } from "./sweep.fixture.ts";

const chosenOf = ({ choice }: Advice): string | undefined => choice.chosen?.candidate.variant.id;

const lacksOf = ({ judged }: Advice): Readonly<Record<string, Lack | undefined>> =>
  Object.fromEntries(judged.map(({ candidate, lack }) => [candidate.variant.id, lack]));

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
      choice.rivals.map(({ candidate }) => candidate.variant.id),
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

  it("is none whose exporter sends to no backend: neither what is kept of it nor its price is known", () => {
    const results = resultsOf(Object.keys(SWEEP));
    const records = results.records.map((record) => {
      const { ledger, trial } = record;
      if (trial.variant !== "ratio:0.1") return record;
      return { ...record, ledger: { ...ledger!, received: 0, keptLocally: ledger!.exported } };
    });
    const wishes = { limits: {}, traffic: { requestsPerSecond: 600, pricePerMillion: 1 }, batch: {} };
    const { judged } = adviseOn({ ...results, records }, estimatesOf(SWEEP), wishes, KNOWLEDGE);
    const { lack, projection } = judged.find(({ candidate }) => candidate.variant.id === "ratio:0.1")!;
    assert.equal(lack, "kept");
    const { sentPerSecond, spansPerMonth, bytesPerMonth, moneyPerMonth, cores, withheld } = projection!;
    assert.deepEqual([sentPerSecond, spansPerMonth, bytesPerMonth, moneyPerMonth], Array(4).fill(undefined));
    assert.ok(cores !== undefined);
    assert.deepEqual(withheld, ["the file does not tell how many spans a backend gets"]);
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

describe("what tracing costs that keeps nothing", () => {
  it("is that of the cheaper of noop and always_off, where one was measured", () => {
    const empty = { always_off: { cpu: 1.12, errors: 0 }, noop: { cpu: 1.1, errors: 0 } };
    assert.equal(advise({}, { ...SWEEP, ...empty }).floor?.variant.id, "noop");
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
    assert.equal(reasonOf({ services: (target) => (target.text === "orders" ? 5 : 1) }), "several services");
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
    assert.equal(nearest?.candidate.variant.id, "ratio:0.1");
    const miss = nearest.standings.find(({ state }) => state === "missed");
    assert.ok(Math.abs(miss!.by! - 0.85) < 1e-9);
  });

  it("are told apart from one that nobody can meet", () => {
    const { choice } = advise({ limits: { maxCpu: 0.05 } });
    assert.ok(choice.chosen === undefined);
    const [cpu] = choice.impossible;
    assert.equal(cpu?.best?.candidate.variant.id, "ratio:0.01");
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
