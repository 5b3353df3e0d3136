/**
 * Does a run end well whatever happens to it? `npm run chaos [-- --runs 30 --only "SIGKILL of the harness" --seed 1 --minutes 15]`
 *
 * Small runs, each with one fault at a random moment. After every run: it ended within its planned time and 15 s, with an
 * exit code that fits; its results file is valid, or absent if nothing was measured; every finished trial is there once
 * and unchanged, and took no longer than its run; no process and no temporary folder is left. A run that has left a journal
 * is resumed, perhaps under the same fault, until its plan is complete. Exit code 1 if any of this is broken.
 */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { seededRandom } from "../src/base/random.ts";
import { count } from "../src/base/units.ts";
import { readResults } from "../src/record/file.ts";
import { journalPath } from "../src/record/journal.ts";
import type { Results } from "../src/record/results.ts";
import { faultsBy, type Fault } from "./chaos/faults.ts";
import { Victim } from "./chaos/victim.ts";
import { scriptOptions, temporaryFolder } from "./script.ts";

const GRACE_MS = 15_000;
/** Before the first run fills the compile cache, it is slow. */
const FIRST_MS = 30_000;
/** Runs between two measurements of the planned time. */
const MEASURED_EVERY = 4;

const { runs, seed, minutes, only } = scriptOptions({
  runs: [count(), "30"],
  seed: [count(0), "1"],
  minutes: [count(), "15"],
  only: [z.string(), ""],
});
const random = seededRandom(seed);
const deadlineMs = performance.now() + minutes * 60_000;
const folder = temporaryFolder("chaos");
const broken: string[] = [];

let plannedMs = FIRST_MS;
await attack("none (the first fills the compile cache)", {});
const plan = await measureUndisturbed();

const possible = Object.entries(faultsBy(random)).filter(([name, { unable }]) => {
  const reason = unable?.();
  if (reason !== undefined) console.log(`skipped: ${name}: ${reason}`);
  return reason === undefined && name.includes(only);
});
let done = 0;
for (; done < runs && performance.now() < deadlineMs && possible.length > 0; done++) {
  // the machine may be slower than it was
  if (done > 0 && done % MEASURED_EVERY === 0) await measureUndisturbed();
  const [name, fault] = possible[done % possible.length]!;
  const { out } = await attack(name, fault);
  if (existsSync(out)) checkWhole(name, readResults(out));
}
if (done < runs) broken.push(`ended after ${done} of ${runs} runs: no time or no fault left`);
for (const promise of broken) console.log(`BROKEN: ${promise}`);
console.log(`${done} runs, ${broken.length} broken promises`);
process.exitCode = broken.length === 0 ? 0 : 1;

/** Sets the planned time of a run. */
async function measureUndisturbed(): Promise<Results["plan"]> {
  plannedMs = FIRST_MS;
  const startedMs = performance.now();
  const results = readResults((await attack("none", {})).out);
  plannedMs = performance.now() - startedMs;
  console.log(`an undisturbed run: ${results.plan.trials.length} trials in ${(plannedMs / 1000).toFixed(1)} s`);
  return results.plan;
}

/** A run under the fault, resumed as often as it leaves a journal. */
async function attack(name: string, fault: Fault): Promise<Victim> {
  const victim = new Victim(folder);
  fault.before?.(victim.folder);
  await runOnce(name, fault, victim);
  fault.after?.(victim.folder);
  while (existsSync(journalPath(victim.out)))
    await runOnce(`${name}, resumed`, random() < 0.5 ? fault : {}, victim, true);
  return victim;
}

async function runOnce(name: string, fault: Fault, victim: Victim, isResumed = false): Promise<void> {
  const beganMs = performance.now();
  const run = victim.start(fault.wrap ?? [], fault.readAfterMs ?? 0, isResumed);
  const strikeAtMs = 300 + random() * Math.max(0, plannedMs - 800);
  void sleep(strikeAtMs)
    .then(() => fault.strike?.(victim, run.pid!))
    .catch((error: unknown) => broken.push(`${name}: ${(error as Error).message}`));
  const limitMs = plannedMs + GRACE_MS;
  const ended = await Promise.race([run, sleep(limitMs, undefined)]);
  const faults: string[] = [];
  if (ended === undefined) {
    run.kill("SIGKILL");
    faults.push(`it did not end within ${(limitMs / 1000).toFixed(1)} s: ${lastLine((await run).stderr)}`);
  } else {
    const code = ended.exitCode ?? -1;
    if (![0, 3, ...(fault.codes ?? [])].includes(code)) faults.push(`exit code ${code}: ${lastLine(ended.stderr)}`);
    if (/^\s+at .*:\d+:\d+\)?$/m.test(ended.stderr)) faults.push(`a stack: ${ended.stderr.trim().slice(0, 300)}`);
    const folders = code === -1 ? [] : victim.leftFolders();
    if (folders.length > 0 && !isResumed) faults.push(`temporary folders are left: ${folders.join(", ")}`);
  }
  faults.push(...(await victim.faultsAfterEnd()));
  for (const { trial, tookMs } of victim.records() ?? [])
    if (tookMs > limitMs) faults.push(`${trial.id} took ${tookMs.toFixed(0)} ms, longer than its run`);
  const how = ended?.exitCode ?? ended?.signal ?? "no end";
  const kept = victim.records()?.length ?? 0;
  console.log(`${name}: ${how} after ${((performance.now() - beganMs) / 1000).toFixed(1)} s, ${kept} trials kept`);
  broken.push(...faults.map((reason) => `${name}: ${reason}`));
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)!;
}

function checkWhole(name: string, results: Results): void {
  const ids = results.records.map(({ trial }) => trial.id).toSorted();
  const planned = plan.trials.map(({ id }) => id).toSorted();
  if (!isDeepStrictEqual(results.plan, plan)) broken.push(`${name}: another plan than that of an undisturbed run`);
  if (results.ending !== "completed" || !isDeepStrictEqual(ids, planned))
    broken.push(`${name}: the plan is not complete`);
}
