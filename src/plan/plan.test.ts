import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromFile, scenarioWith } from "../spec/scenario.fixture.ts";
import { planOf, trialsOfRound } from "./plan.ts";
import { variantsOf } from "./variant.ts";

const names = (fields: object): string[] => variantsOf(scenarioWith(fields)).map(({ id: name }) => name);

test("none and always_on are measured beside what was asked", () => {
  assert.deepEqual(names({ samplers: ["ratio:0.1"] }), ["none", "always_on", "ratio:0.1"]);
});

test("without a reference, none alone is", () => {
  assert.deepEqual(names({ samplers: ["ratio:0.1"], reference: false }), ["none", "ratio:0.1"]);
});

test("an axis given more than once is swept, and every product has its own always_on", () => {
  assert.deepEqual(names({ samplers: ["ratio:0.1"], processors: ["batch", "simple"] }), [
    "none",
    "always_on",
    "always_on simple",
    "ratio:0.1",
    "ratio:0.1 simple",
  ]);
});

test("instrumentations are an axis of all that is instrumented; the target's own is not named", () => {
  const instrumentations = ["http,fastify", "http, undici"];
  assert.deepEqual(names({ samplers: ["noop"], reference: true, instrumentations }), [
    "none",
    "always_on",
    "always_on http,undici",
    "noop",
    "noop http,undici",
  ]);
});

test("Nodes are an axis of all variants; each has its own baseline", () => {
  const nodes = ["22.23.3", "26.10.0"];
  assert.deepEqual(names({ samplers: ["noop"], reference: false, nodes }), [
    "none node 22.23.3",
    "none node 26.10.0",
    "noop node 22.23.3",
    "noop node 26.10.0",
  ]);
  assert.deepEqual(names({ samplers: ["noop"], reference: false, nodes: ["26.10.0"] }), ["none", "noop"]);
});

test("a list of pairs of sampler and Collector stands in place of their product", () => {
  const variants = [
    { sampler: "ratio:0.1" },
    { sampler: "always_on", collector: "tail-sampling:share=5%,slow=0.3s" },
    { sampler: "ratio:0.1", collector: "pass-through" },
  ];
  const ids = variantsOf(fromFile({ variants, processors: ["simple"] })).map(({ id }) => id);
  assert.deepEqual(ids, [
    "none",
    "always_on simple",
    "ratio:0.1 simple",
    "always_on simple via tail-sampling:share=0.05,slow=300ms",
    "ratio:0.1 simple via pass-through",
  ]);
});

test("versions of the SDK are an axis of all that is traced; the baseline is shared", () => {
  const otels = ["2.12.1", "3.1.1"];
  const nodes = ["22.23.3", "26.10.0"];
  assert.deepEqual(names({ samplers: ["always_on"], otels }), [
    "none",
    "always_on otel 2.12.1",
    "always_on otel 3.1.1",
  ]);
  assert.deepEqual(names({ samplers: ["always_on"], otels: ["3.1.1"] }), ["none", "always_on"]);
  assert.equal(names({ samplers: ["always_on"], otels, nodes }).at(-1), "always_on otel 3.1.1 node 26.10.0");
});

test("a variant is named by its canonical specs, what is usual left out", () => {
  assert.deepEqual(
    names({
      samplers: ["ratio:10%"],
      processors: ["batch:batch=16,queue=64"],
      backends: ["slow:0.2s"],
      reference: false,
    }),
    ["none", "ratio:0.1 batch:queue=64,batch=16 slow:200ms"],
  );
});

test("a variant that is asked for twice, or is a reference, is measured once", () => {
  assert.deepEqual(names({ samplers: ["always_on", "none", "ratio:0.1", "ratio:10%"] }), [
    "none",
    "always_on",
    "ratio:0.1",
  ]);
});

test("every round measures every variant in every phase once", () => {
  const { trials } = planOf(scenarioWith({ rounds: 3 }));
  const cells = trials.map(({ round, phase, variant }) => `${round} ${phase} ${variant}`);
  assert.equal(new Set(cells).size, cells.length);
  assert.equal(cells.length, 3 * 3 * 3);
  assert.equal(new Set(trials.map(({ id }) => id)).size, trials.length);
});

test("phases alone are measured in a share of the rounds, evenly spread, but in four if there are four", () => {
  const byPhase = (fields: object): number[][] => {
    const { trials } = planOf(scenarioWith(fields));
    return [...Map.groupBy(trials, ({ phase }) => phase).values()].map((ofPhase) => [
      ...new Set(ofPhase.map(({ round }) => round)),
    ]);
  };
  assert.deepEqual(byPhase({ rounds: 8 }), [
    [1, 2, 3, 4, 5, 6, 7, 8],
    [2, 4, 6, 8],
    [2, 4, 6, 8],
  ]);
  assert.deepEqual(byPhase({ rounds: 5, phases: ["cost", "capacity"] })[1]!.length, 4);
  assert.deepEqual(byPhase({ rounds: 3, phases: ["capacity"] }), [[1, 2, 3]]);
});

test("cost trials of a round are a group, the others are alone in theirs", () => {
  const byGroup = Map.groupBy(planOf(scenarioWith()).trials, ({ block }) => block);
  for (const trials of byGroup.values()) {
    assert.equal(trials.length, trials[0]!.phase === "cost" ? 3 : 1);
    assert.equal(new Set(trials.map(({ phase, round }) => `${phase} ${round}`)).size, 1);
  }
});

test("the variants of a phase and round have the same seed, other rounds another", () => {
  const bySeed = Map.groupBy(planOf(scenarioWith()).trials, ({ seed }) => seed);
  for (const trials of bySeed.values())
    assert.equal(new Set(trials.map(({ phase, round }) => `${phase} ${round}`)).size, 1);
});

test("the same scenario gives the same plan; over seeds every variant comes first at times", () => {
  const first = new Set<string>();
  fc.assert(
    fc.property(fc.nat(100_000), (seed) => {
      const plan = planOf(scenarioWith({ seed: String(seed) }));
      assert.deepEqual(plan, planOf(scenarioWith({ seed: String(seed) })));
      first.add(plan.trials[0]!.variant);
    }),
  );
  assert.equal(first.size, 3);
});

test("a further round has groups and ids of its own", () => {
  const plan = planOf(scenarioWith({ rounds: 2 }));
  const more = trialsOfRound(plan, 3, ["cost"]);
  const all = [...plan.trials, ...more];
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  assert.ok(more.every(({ block }) => plan.trials.every((trial) => trial.block < block)));
});
