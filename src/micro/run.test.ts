import assert from "node:assert/strict";
import { test } from "node:test";
import { microPlan } from "./plan.ts";
import { recordsOf, runMicro } from "./run.ts";

const effort = { warmupMs: 1, timeMs: 1 };
const { trials } = microPlan({ parts: ["id/span", "id/trace"], rounds: 1, seed: 1, effort });
const about = { startedAt: new Date(0), tookMs: 5 };
const figures = (nsPerOp: number, yardstickNs: number) => {
  return { nsPerOp, yardstickNs, samples: 9, opsPerSample: 100 };
};

test("a process that ran at half the speed is told at the speed of the round", () => {
  const records = recordsOf(trials, [
    { trial: trials[0]!, ...about, figures: figures(100, 1000) },
    { trial: trials[1]!, ...about, figures: figures(400, 4000) },
  ]);
  const told = records.map(({ trial, micro }) => [trial.variant, Math.round(micro!.nsPerOp)]);
  assert.deepEqual(told, [
    [trials[0]!.variant, 200],
    [trials[1]!.variant, 200],
    ["none", 2000],
  ]);
});

test("a part whose process failed is a record with the reason; one that was never run is none", () => {
  const [record] = recordsOf(trials, [{ trial: trials[0]!, ...about, failure: "exited with 1" }]);
  assert.equal(record!.ending, "failed");
  assert.equal(record!.failure, "exited with 1");
  assert.deepEqual(recordsOf(trials, []), []);
});

test("the first round is measured though there is no time for it, and no other", async () => {
  const plan = microPlan({ parts: ["id/span", "id/trace"], rounds: 3, seed: 1, effort });
  const measured: string[] = [];
  const events = {
    measured: () => undefined,
    finished: (records: readonly { trial: { id: string }; ending: string }[]) =>
      void measured.push(...records.map(({ trial, ending }) => `${trial.id} ${ending}`)),
  };
  await runMicro(plan, { effort, maxTimeMs: 0 }, events, new AbortController().signal);
  assert.deepEqual(measured, ["micro-1-1 completed", "micro-1-2 completed", "micro-1-3 completed"]);
});
