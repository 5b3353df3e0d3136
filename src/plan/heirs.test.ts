import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { scenarioWith } from "../spec/scenario.fixture.ts";
import { NAMED_PHASES } from "../spec/phases.ts";
import { plannedDurationMs } from "./duration.ts";
import { heirsOf } from "./heirs.ts";
import { groupsOf, planOf } from "./plan.ts";

test("in a round, every latency and capacity trial has the processes of exactly one trial before it, and of its own variant", () => {
  const others = fc.shuffledSubarray(NAMED_PHASES.map(({ name }) => name).filter((name) => name !== "cost"));
  fc.assert(
    fc.property(others, fc.integer({ min: 1, max: 9 }), fc.nat(1000), (phases, rounds, seed) => {
      const plan = planOf(scenarioWith({ phases: ["cost", ...phases], rounds, seed: String(seed) }));
      const groups = groupsOf(plan.trials);
      const passings = groups.flatMap((group, at) => [...heirsOf(plan, group, groups.slice(at + 1).flat())]);
      const byId = new Map(plan.trials.map((trial) => [trial.id, trial]));
      // what profile and start would pass on is not taken
      const taken = passings.filter(([from]) => !/^(profile|start)/.test(from));
      const isTaker = ({ phase }: { phase: string }): boolean => phase === "latency" || phase === "capacity";
      assert.deepEqual(
        taken.map(([, to]) => to).toSorted(),
        plan.trials
          .filter(isTaker)
          .map(({ id }) => id)
          .toSorted(),
      );
      assert.equal(new Set(taken.map(([from]) => from)).size, taken.length);
      for (const [from, to] of taken.map((pair) => pair.map((id) => byId.get(id)!)))
        assert.deepEqual([to!.round, to!.variant], [from!.round, from!.variant]);
    }),
  );
});

test("a round's processes are shared only if the ledger of each trial can close", () => {
  const shares = (fields: object): boolean => planOf(scenarioWith(fields)).sharesProcesses === true;
  const shared = [{}, { target: "bare:1" }, { phases: ["cost", "capacity"] }, { processors: ["simple"] }];
  const apart = [
    { backends: ["healthy", "hang"] },
    { collectors: ["pass-through"] },
    { target: "fastapi" },
    { target: "command:node server.js", requests: [{ route: "GET /", path: "/" }] },
    { samplers: ["ratio:0.1", "rate:200/s"] },
    { phases: ["cost"] },
    { phases: ["latency"] },
    { phases: ["latency", "cost"] },
    { phases: ["cost", "profile", "start"] },
  ];
  assert.deepEqual(
    shared.map(shares),
    shared.map(() => true),
  );
  assert.deepEqual(
    apart.map(shares),
    apart.map(() => false),
  );
});

test("a plan of an earlier version, without the mark, shares nothing", () => {
  const plan = { ...planOf(scenarioWith()), sharesProcesses: undefined };
  const [first, ...later] = groupsOf(plan.trials);
  assert.equal(heirsOf(plan, first!, later.flat()).size, 0);
});

test("trials in warm processes are planned without a start and a warm-up of their own", () => {
  const asked = scenarioWith({ rounds: 4 });
  const plan = planOf(asked);
  const apart = { ...plan, sharesProcesses: undefined };
  assert.ok(plannedDurationMs(plan, asked) < plannedDurationMs(apart, asked) - 4 * 6 * 1000);
});
