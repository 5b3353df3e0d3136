/** End to end, small and real: processes are started, loaded, measured and stopped. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { readResults } from "../record/file.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { measure, run, start, temporaryFolder, TINY } from "./program.fixture.ts";

const folder = temporaryFolder();
const out = (name: string): string => join(folder, `${name}.json`);

/** Processes whose ancestor is `pid`, by name of their script. */
function descendants(pid: number): { pid: number; command: string }[] {
  const all = readdirSync("/proc").flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return [{ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, "utf8") }];
    } catch {
      return [];
    }
  });
  const found = new Set([pid]);
  for (const one of all) if (found.has(one.parent)) found.add(one.pid);
  return all.filter((one) => one.pid !== pid && found.has(one.pid));
}

const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`);

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (condition()) return;
    await sleep(50);
  }
  assert.fail(`never: ${what}`);
}

test("a run measures none, always_on and what was asked, in all phases, and loses no span from its books", async () => {
  const { results, stdout } = await measure(out("all"), "--sampler", "ratio:0.1");
  const measured = results.records
    .map(({ trial }) => `${trial.phase} ${trial.variant}`)
    .toSorted((a, b) => a.localeCompare(b));
  assert.deepEqual(
    measured,
    ["cost", "latency", "capacity"]
      .flatMap((phase) => ["none", "always_on", "ratio:0.1"].map((variant) => `${phase} ${variant}`))
      .toSorted((a, b) => a.localeCompare(b)),
  );
  for (const record of results.records) {
    assert.equal(record.ending, "completed", record.failure);
    assert.ok(record.load!.completed > 0);
    assert.equal(
      record.requests!.startedAtTarget,
      record.requests!.completedAtDriver + record.requests!.unfinishedAtDriver,
    );
    if (record.trial.variant === "none") assert.equal(record.ledger, undefined);
    else holdsBooks(record);
  }
  assert.match(stdout, /CPU per request/);
  assert.match(stdout, /always_on/);
});

function holdsBooks({ ledger, trial }: TrialRecord): void {
  assert.equal(ledger!.residual, 0, trial.id);
  assert.equal(ledger!.received, ledger!.exported, trial.id);
  assert.ok(ledger!.started > 0, trial.id);
}

test("a queue that is too small drops spans at saturation, and every drop is booked", async () => {
  const { results } = await measure(
    out("drops"),
    "--sampler",
    "always_on",
    "--processor",
    "batch:queue=64,batch=16",
    "--phase",
    "capacity",
    "--connections",
    "32",
  );
  const record = results.records.find(({ trial }) => trial.variant === "always_on batch:queue=64,batch=16")!;
  assert.ok(record.ledger!.queueFull > 0);
  assert.equal(record.ledger!.residual, 0);
});

test("the simple processor exports every span, given an exporter that takes as many at once", async () => {
  const { results } = await measure(
    out("simple"),
    "--sampler",
    "always_on",
    "--processor",
    "simple",
    "--exporter",
    "otlp-http/protobuf:concurrency=1000",
    "--phase",
    "latency",
  );
  const { ledger } = results.records.find(({ trial }) => trial.variant.startsWith("always_on simple"))!;
  assert.equal(ledger!.received, ledger!.started);
  assert.equal(ledger!.residual, 0);
});

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  test(`${signal} ends a run with ${code}: what is measured is kept, no process is left`, async () => {
    const file = out(signal);
    const subprocess = start(["bench", ...TINY, "--rounds", "50", "--phase", "latency", "--out", file]);
    await until(
      "a first trial is in the journal",
      () =>
        existsSync(`${file.slice(0, -5)}.journal.jsonl`) &&
        readFileSync(`${file.slice(0, -5)}.journal.jsonl`, "utf8").split("\n").length > 2,
    );
    const children = descendants(subprocess.pid!);
    assert.ok(children.length >= 2);
    subprocess.kill(signal);
    const { exitCode, stderr } = await subprocess;
    assert.equal(exitCode, code);
    assert.ok(stderr.includes(`to go on: spantoll bench --resume "${file}"`));
    const results = readResults(file);
    assert.equal(results.ending, "interrupted");
    assert.ok(results.records.some(({ ending }) => ending === "completed"));
    await until("all children are gone", () => children.every(({ pid }) => !isRunning(pid)));
  });
}

test("a harness that is killed leaves no process, and its journal resumes to the whole plan", async () => {
  const file = out("killed");
  const args = [...TINY, "--rounds", "2", "--phase", "latency", "--no-reference", "--sampler", "always_off"];
  const subprocess = start(["bench", ...args, "--out", file]);
  const journal = `${file.slice(0, -5)}.journal.jsonl`;
  await until(
    "a first trial is in the journal",
    () => existsSync(journal) && readFileSync(journal, "utf8").split("\n").length > 2,
  );
  const children = descendants(subprocess.pid!);
  subprocess.kill("SIGKILL");
  await subprocess;
  await until("all children are gone", () => children.every(({ pid }) => !isRunning(pid)));
  const finished = readFileSync(journal, "utf8")
    .split("\n")
    .slice(1, -1)
    .map((line) => (JSON.parse(line) as TrialRecord).startedAt);
  const again = await run("bench", ...args, "--out", file);
  assert.equal(again.exitCode, 2);
  assert.match(again.stderr, /a run that was cut off left its journal .* go on with bench --resume/);
  await run("bench", "--resume", file);
  const { records, plan, ending } = readResults(file);
  assert.equal(ending, "completed");
  assert.deepEqual(
    records.map(({ trial }) => trial.id),
    plan.trials.map(({ id }) => id),
  );
  for (const startedAt of finished) assert.ok(records.some((record) => record.startedAt === startedAt));
  assert.equal(existsSync(journal), false);
});

test("a target that is killed in mid-trial makes that trial failed; the run goes on and exits with 1", async () => {
  const file = out("target");
  const subprocess = start([
    "bench",
    ...TINY,
    "--duration",
    "1500ms",
    "--phase",
    "latency",
    "--no-reference",
    "--sampler",
    "always_off",
    "--out",
    file,
  ]);
  const target = (): number | undefined =>
    descendants(subprocess.pid!).find(({ command }) => command.includes("entry."))?.pid;
  await until("a target runs", () => target() !== undefined);
  await sleep(700);
  process.kill(target()!, "SIGKILL");
  assert.equal((await subprocess).exitCode, 1);
  const { records } = readResults(file);
  assert.deepEqual(
    records.map(({ ending }) => ending),
    ["failed", "completed"],
  );
  assert.match(records[0]!.failure!, /SIGKILL|hung up|before it was ready/);
});

test("a run without time for a trial exits with 1, and leaves no file", async () => {
  const file = out("no-time");
  const { exitCode, stdout, stderr } = await run("bench", ...TINY, "--max-time", "100ms", "--out", file);
  assert.equal(exitCode, 1);
  assert.match(stdout, /^Nothing was measured/);
  assert.match(stderr, /\nno results file: nothing was measured$/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("no-time")),
    [],
  );
});
