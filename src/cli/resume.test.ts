import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { writeResults } from "../record/file.ts";
import type { Environment } from "../record/results.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { resumable } from "./resume.ts";
import { temporaryFolder } from "./run.fixture.ts";

const out = join(temporaryFolder(), "interrupted.json");
const results = fixtureResults({ rounds: 1, phases: ["latency"], requests: 20 });
const environment: Environment = { ...results.environment, dirty: false };
writeResults(out, { ...results, environment, ending: "interrupted", records: results.records.slice(0, 1) });

test("an interrupted run is gone on with where all is as it was", () => {
  const { records, notes } = resumable(out, environment);
  assert.deepEqual(records, results.records.slice(0, 1));
  assert.deepEqual(notes, []);
});

test("its rest is not measured with another commit, Spantoll, Node or CPU: each is told", () => {
  const changes: readonly (readonly [Partial<Environment>, RegExp])[] = [
    [{ commit: "0123456789" }, /\(commit \w+, now 0123456\)/],
    [{ spantoll: "9.9.9" }, /\(Spantoll .*, now 9\.9\.9\)/],
    [{ node: "v99.0.0" }, /\(Node .*, now v99\.0\.0\)/],
    [{ cpu: { ...environment.cpu, model: "Other" } }, /\(CPU .*, now Other\)/],
  ];
  for (const [change, message] of changes) {
    assert.throws(() => resumable(out, { ...environment, ...change }), { name: "UserError", message });
  }
  assert.throws(() => resumable(out, { ...environment, commit: "0", node: "v99" }), /commit .*; Node /);
});

test("changes that are in no commit cannot be compared, which is noted", () => {
  assert.match(resumable(out, { ...environment, dirty: true }).notes.join(), /changes in the working copy/);
});

test("what bench did not plan, bench does not go on with", () => {
  const variants = results.plan.variants.map((variant) => ({ ...variant, build: "HEAD" }));
  writeResults(out, { ...results, plan: { ...results.plan, variants } });
  assert.throws(() => resumable(out, environment), /only runs of bench can be gone on with/);
});
