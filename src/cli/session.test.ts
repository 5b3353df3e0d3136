/** A run that has no time for the next trial: nothing is started, and what was measured before is kept. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readResults } from "../record/file.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { timeLimitOf } from "./bench-options.ts";
import { temporaryFolder } from "./run.fixture.ts";
import { measureSession, type SessionResult } from "./session.ts";

const folder = temporaryFolder();
const { scenario, plan, environment, records } = fixtureResults({ rounds: 1, phases: ["latency"], requests: 20 });

function outOfTime(out: string, earlier: readonly TrialRecord[]): Promise<SessionResult> {
  const timeLimit = timeLimitOf({ maxTime: "1ms", reference: true })!;
  return measureSession({ scenario, plan, environment, node: process.execPath, out, quiet: true, earlier, timeLimit });
}

test("of a run that --max-time stops, what was measured is kept, and --resume is told to go on with it", async () => {
  const out = join(folder, "begun.json");
  const { interruptedWith } = await outOfTime(out, records.slice(0, 1));
  assert.equal(interruptedWith, undefined);
  const kept = readResults(out);
  assert.deepEqual([kept.ending, kept.records], ["interrupted", records.slice(0, 1)]);
  assert.deepEqual(kept.notes, ["stopped by --max-time before all trials were measured; --resume continues"]);
});

test("where --max-time leaves no time for any trial, there is nothing to go on with, and no file", async () => {
  const out = join(folder, "never.json");
  const { results } = await outOfTime(out, []);
  assert.deepEqual(results.notes, ["stopped by --max-time before all trials were measured"]);
  assert.equal(existsSync(out), false);
});

test("what was measured is in the results file, and says why, also where an estimate of it throws", async () => {
  const out = join(folder, "damaged.json");
  const damaged = records.map((record) => {
    const { load } = record;
    return load
      ? { ...record, load: { ...load, responseTime: { ...load.responseTime, histogram: "HISTF!" } } }
      : record;
  });
  const session = { scenario, plan, environment, node: process.execPath, out, quiet: true, earlier: damaged };
  const { interruptedWith } = await measureSession(session);
  assert.equal(interruptedWith, undefined);
  const kept = readResults(out);
  assert.deepEqual([kept.ending, kept.records], ["completed", damaged]);
  assert.match(String(kept.notes), /^cost, latency, capacity and spans not available, because /);
  assert.equal(existsSync(join(folder, "damaged.journal.jsonl")), false);
});
