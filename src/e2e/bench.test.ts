/** A run from start to end, small and real: processes are started, loaded, measured and stopped. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { processTrees } from "../run/processes/accounting.ts";
import { processText } from "../base/process-identity.ts";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { readResults } from "../record/file.ts";
import { decodeLine } from "../record/journal-lines.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { measure, runTogether, start, TINY, until } from "./program.fixture.ts";

const PACKAGE = join(import.meta.dirname, "../..");
const folder = temporaryFolder();
const out = (name: string): string => join(folder, `${name}.json`);
const journalOf = (file: string): string => `${file.slice(0, -5)}.journal.jsonl`;
const LATENCY = [...TINY, "--phase", "latency", "--no-reference", "--target", "bare:1"];
const ONE_TRIAL = [...LATENCY, "--sampler", "always_off"];
const LONG = [...LATENCY, "--sampler", "none", "--rounds", "50"];

const CONNECTIONS = Number(TINY[TINY.indexOf("--connections") + 1]);

/** Processes below `pid`, with their command lines. */
function descendants(pid: number): { pid: number; command: string }[] {
  const [, ...below] = processTrees([pid]);
  return below.map((one) => ({ pid: one, command: processText(one, "cmdline") ?? "" }));
}

function foldersOfOurs(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith("spantoll-"));
}

const firstTrialOf = (file: string): Promise<void> =>
  until(
    "a first trial is in the journal",
    () => existsSync(journalOf(file)) && readFileSync(journalOf(file), "utf8").split("\n").length > 2,
  );
const endOf = (children: readonly { pid: number }[]): Promise<void> =>
  until("all processes have ended", () => children.every(({ pid }) => !existsSync(`/proc/${pid}`)));

test("a run measures none, always_on and what was asked, in all phases, and every ledger closes", async () => {
  const { results, stdout } = await measure(out("all"), "--sampler", "ratio:0.1");
  const expected = ["cost", "latency", "capacity"].flatMap((phase) =>
    ["none", "always_on", "ratio:0.1"].map((variant) => `${phase} ${variant}`),
  );
  assert.deepEqual(new Set(results.records.map(({ trial }) => `${trial.phase} ${trial.variant}`)), new Set(expected));
  for (const { trial, ending, failure, requests, ledger, load, resources } of results.records) {
    assert.equal(ending, "completed", failure);
    const divisor = resources!.cpuUs / resources!.cpuUsPerRequest;
    // the closed loop has requests under way when its window opens, at most one a connection
    const most = load!.completed + (trial.phase === "capacity" ? CONNECTIONS : 0);
    assert.ok(divisor > load!.completed - 0.01 && divisor < most + 0.01, `${trial.id}: ${divisor}`);
    assert.ok(resources!.mainThreadUsPerRequest! <= resources!.cpuUsPerRequest);
    assert.equal(requests!.startedAtTarget, requests!.completedAtDriver + requests!.unfinishedAtDriver);
    if (trial.variant === "none") assert.equal(ledger, undefined);
    else assert.deepEqual([ledger!.residual, ledger!.received, ledger!.started > 0], [0, ledger!.exported, true]);
  }
  assert.match(stdout, /always_on/);
});

test("a queue that is too small drops spans at saturation, and the ledger counts every drop", async () => {
  // a request has about as many spans as fit
  const processor = "batch:queue=8,batch=4";
  const options = [
    "--sampler",
    "always_on",
    "--processor",
    processor,
    "--phase",
    "capacity",
    "--connections",
    "32",
    "--no-reference",
  ];
  const { results } = await measure(out("drops"), ...options);
  const { ledger } = results.records.find(({ trial }) => trial.variant === `always_on ${processor}`)!;
  assert.ok(ledger!.queueFull > 0);
  assert.equal(ledger!.residual, 0);
});

test("the processor simple exports every span, if the exporter takes as many at once", async () => {
  const exporter = "otlp-http/protobuf:concurrency=1000";
  const options = [
    "--sampler",
    "always_on",
    "--processor",
    "simple",
    "--exporter",
    exporter,
    "--phase",
    "latency",
    "--no-reference",
  ];
  const { results } = await measure(out("simple"), ...options);
  const { ledger } = results.records.find(({ trial }) => trial.variant.startsWith("always_on simple"))!;
  assert.deepEqual([ledger!.residual, ledger!.received], [0, ledger!.started]);
});

test("the process of a run ends by itself after it, and leaves no child", async () => {
  const subprocess = start(["bench", ...LATENCY, "--sampler", "none", "--out", out("ends")]);
  await until("it measures", () => descendants(subprocess.pid!).length >= 2);
  const children = descendants(subprocess.pid!);
  const result = await Promise.race([subprocess, sleep(60_000, undefined, { ref: false })]);
  subprocess.kill("SIGKILL");
  assert.ok([0, 3].includes(result!.exitCode!));
  assert.equal(readResults(out("ends")).ending, "completed");
  await endOf(children);
});

for (const [signal, code] of [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  test(`${signal} ends a run with ${code}: what was measured is kept, and no process stays`, async () => {
    const file = out(signal);
    const subprocess = start(["bench", ...LONG, "--out", file]);
    await firstTrialOf(file);
    const children = descendants(subprocess.pid!);
    assert.ok(children.length >= 2);
    subprocess.kill(signal);
    const { exitCode, stderr } = await subprocess;
    assert.equal(exitCode, code);
    assert.ok(stderr.includes(`--resume "${file}"`));
    const { ending, records } = readResults(file);
    assert.equal(ending, "interrupted");
    assert.ok(records.some((record) => record.ending === "completed"));
    await endOf(children);
  });

for (const signal of ["SIGTERM", "SIGKILL"] as const)
  test(`${signal} to npm ends the run soon: what was measured is kept, no process and no temporary folder stays`, async () => {
    const file = out(`npm-${signal}`);
    const temporary = join(folder, `tmp-${signal}`);
    mkdirSync(temporary);
    const args = ["run", "bench", "--", ...LONG, "--out", file];
    const npm = execa("npm", args, { cwd: PACKAGE, env: { TMPDIR: temporary }, reject: false, stdio: "ignore" });
    await firstTrialOf(file);
    const children = descendants(npm.pid!);
    npm.kill(signal);
    await npm;
    await endOf(children);
    assert.equal(readResults(file).ending, "interrupted");
    assert.deepEqual(foldersOfOurs(temporary), []);
  });

const isTarget = ({ command }: { readonly command: string }): boolean => command.includes("entry.");

test("a harness that is killed leaves no process, and --resume completes the plan from its journal", async () => {
  const file = out("killed");
  const args = ["bench", ...ONE_TRIAL, "--rounds", "2", "--out", file];
  const temporary = join(folder, "tmp-killed");
  mkdirSync(temporary);
  const subprocess = start(args, { env: { TMPDIR: temporary } });
  await firstTrialOf(file);
  // it has the folder of its control socket as soon as it runs, and its end can be awaited
  await until("the next target runs", () => descendants(subprocess.pid!).some(isTarget));
  const children = descendants(subprocess.pid!);
  subprocess.kill("SIGKILL");
  await subprocess;
  await endOf(children);
  assert.deepEqual(foldersOfOurs(temporary), []);
  const finished = readFileSync(journalOf(file), "utf8")
    .split("\n")
    .slice(1, -1)
    .map((line) => (decodeLine(line) as TrialRecord).startedAt);
  const { exitCode, stderr } = await start(args);
  assert.deepEqual([exitCode, stderr.includes("--resume")], [2, true]);
  await runTogether("bench", "--resume", file);
  const { records, plan, ending } = readResults(file);
  assert.equal(ending, "completed");
  assert.deepEqual(
    records.map(({ trial }) => trial.id),
    plan.trials.map(({ id }) => id),
  );
  for (const startedAt of finished) assert.ok(records.some((record) => record.startedAt === startedAt));
  assert.equal(existsSync(journalOf(file)), false);
});

test("a target that is killed in mid-trial makes its trial failed; the run goes on and ends with 3", async () => {
  const file = out("target");
  const subprocess = start(["bench", ...ONE_TRIAL, "--duration", "1500ms", "--out", file]);
  const target = (): number | undefined => descendants(subprocess.pid!).find(isTarget)?.pid;
  await until("a target runs", () => target() !== undefined);
  await sleep(700);
  process.kill(target()!, "SIGKILL");
  assert.equal((await subprocess).exitCode, 3);
  assert.deepEqual(
    readResults(file).records.map(({ ending, failure }) => [ending, failure === undefined]),
    [
      ["failed", false],
      ["completed", true],
    ],
  );
});
