/** All phases of a round in the same processes, with real ones: each trial has a ledger of its own, and it closes. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf } from "../run/processes/children.fixture.ts";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { spansLost } from "../record/ledger.ts";
import { readResults } from "../record/file.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { measure, runTogether, start, TINY, until } from "./program.fixture.ts";

const folder = temporaryFolder();
const out = (name: string): string => join(folder, `${name}.json`);
const ONE = ["--target", "bare:1", "--sampler", "always_on", "--no-reference"];

const ownProcesses = ({ warnings }: TrialRecord): boolean => warnings.some(({ code }) => code === "own-processes");
const namesOf = (records: readonly TrialRecord[]): string[] =>
  records.map(({ trial: { phase, variant } }) => `${phase} ${variant}`).toSorted();

function assertClosed({ trial, ending, failure, ledger, requests, roots, load }: TrialRecord): void {
  assert.equal(ending, "completed", failure);
  assert.equal(requests!.startedAtTarget, requests!.completedAtDriver + requests!.unfinishedAtDriver);
  assert.ok(requests!.completedAtDriver >= load!.completed);
  if (trial.variant === "none") return assert.equal(ledger, undefined);
  assert.equal(ledger!.residual, 0);
  assert.equal(ledger!.received, ledger!.sampled - spansLost(ledger!));
  assert.equal(roots!.started, requests!.startedAtTarget);
}

const linesOf = (file: string): number => {
  const journal = `${file.slice(0, -5)}.journal.jsonl`;
  return existsSync(journal) ? readFileSync(journal, "utf8").split("\n").length - 1 : 0;
};

test("each of the windows of a process has its own requests and spans, all of them, and no other's", async () => {
  const { results } = await measure(out("all"), "--target", "bare:1", "--sampler", "ratio:0.5");
  assert.equal(results.plan.sharesProcesses, true);
  assert.equal(results.records.length, 9);
  results.records.forEach(assertClosed);
  assert.deepEqual(results.records.filter(ownProcesses), []);
  for (const { trial, ledger } of results.records) {
    if (trial.phase !== "capacity" && ledger !== undefined) assert.equal(spansLost(ledger), 0);
    if (trial.variant === "always_on") assert.equal(ledger!.sampled, ledger!.started);
  }
  for (const { trial, resources } of results.records)
    assert.equal(resources!.heapBytes !== undefined, trial.phase === "capacity", "known when the process is to end");
});

test("a service of several processes passes all of them on", async () => {
  const options = [
    "--target",
    "orders-chain",
    "--sampler",
    "always_on",
    "--no-reference",
    "--phase",
    "cost",
    "--phase",
    "latency",
  ];
  const { results } = await measure(out("chain"), ...options);
  assert.equal(results.records.length, 4);
  for (const { ending, failure, ledger } of results.records)
    assert.deepEqual([ending, failure, ledger?.residual ?? 0], ["completed", undefined, 0]);
  assert.deepEqual(results.records.filter(ownProcesses), []);
});

test("if spans of the phase cost are in doubt, all variants start afresh, and every ledger closes", async () => {
  const exporter = "otlp-http/protobuf:concurrency=1";
  const options = [...ONE, "--processor", "simple", "--exporter", exporter, "--phase", "cost", "--phase", "latency"];
  const { results } = await measure(out("doubt"), ...options);
  const [cost, latency] = ["cost", "latency"].map((name) =>
    results.records.filter(({ trial }) => trial.phase === name),
  );
  assert.ok(cost!.some(({ ledger }) => Object.keys(ledger?.exportFailed ?? {}).length > 0));
  assert.deepEqual([latency!.length, latency!.every(ownProcesses)], [2, true]);
  results.records.forEach(assertClosed);
});

test("a run that was killed within a round is completed: what was measured stays, the rest starts afresh", async () => {
  const file = out("killed");
  const subprocess = start(["bench", ...TINY, ...ONE, "--duration", "800ms", "--out", file]);
  await until("three trials are in the journal", () => linesOf(file) >= 4);
  subprocess.kill("SIGKILL");
  await subprocess;
  const before = linesOf(file) - 1;
  await runTogether("bench", "--resume", file);
  const { records, ending } = readResults(file);
  assert.equal(ending, "completed");
  const phases = ["capacity", "cost", "latency"];
  assert.deepEqual(
    namesOf(records),
    phases.flatMap((phase) => [`${phase} always_on`, `${phase} none`]),
  );
  records.forEach(assertClosed);
  const byStart = records.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  assert.deepEqual(
    byStart.map(ownProcesses),
    byStart.map((_, at) => at >= before),
  );
});

test("a service that dies in its latency trial fails that one; the trials after it start afresh", async () => {
  const file = out("died");
  const subprocess = start(["bench", ...TINY, ...ONE, "--duration", "1500ms", "--out", file]);
  await until("two trials are in the journal", () => linesOf(file) >= 3);
  await sleep(600);
  for (const pid of childrenOf(subprocess.pid, "target/entry")) process.kill(pid, "SIGKILL");
  await subprocess;
  const { records } = readResults(file);
  const [died, ...others] = records.filter(({ ending }) => ending === "failed");
  assert.deepEqual([died?.trial.phase, others], ["latency", []]);
  assert.match(died!.failure!, /in mid-trial/);
  records.filter(({ ending }) => ending !== "failed").forEach(assertClosed);
  assert.equal(records.filter(ownProcesses).length, 3);
});
