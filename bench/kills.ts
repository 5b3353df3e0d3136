/**
 * Is what was measured safe? `npm run kills [-- --kills 20 --seed 1 --minutes 6]`
 *
 * A small run is killed with SIGKILL at random moments, also while it resumes, and continued until it is whole. After
 * every kill nothing finished is lost or changed, no trial is there twice, and no process is left. At the end the file
 * holds the whole plan. Exit code 1 if any of this is broken, or if time ran out before all kills were done.
 */
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { execa } from "execa";
import { seededRandom } from "../src/base/random.ts";
import { count } from "../src/base/units.ts";
import { readOption } from "../src/cli/read-option.ts";
import { journalPath, readJournal } from "../src/record/journal.ts";
import { readResults } from "../src/record/file.ts";
import type { Results } from "../src/record/results.ts";
import type { TrialRecord } from "../src/record/trial-record.ts";
import { markedProcesses } from "./marked-processes.ts";
import { scriptOptions } from "./script-options.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const SIZE = ["--rounds", "2", "--duration", "300ms", "--warmup", "200ms", "--rate", "100/s", "--connections", "4"];
/** Groups of two trials and of one. */
const SWEEP = [
  "--target",
  "bare:1",
  "--sampler",
  "ratio:0.5",
  "--no-reference",
  "--phase",
  "cost",
  "--phase",
  "latency",
];
/** What was started is to be gone by then. */
const GONE_WITHIN_MS = 10_000;

const { kills, seed, minutes } = scriptOptions(() => {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
      minutes: { type: "string", default: "6" },
    },
  });
  return {
    kills: readOption("--kills", count(), values.kills),
    seed: readOption("--seed", count(0), values.seed),
    minutes: readOption("--minutes", count(), values.minutes),
  };
});
const random = seededRandom(seed);
const deadlineMs = performance.now() + minutes * 60_000;
const folder = mkdtempSync(join(tmpdir(), "spantoll-kills-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
/** In the environment of everything that is started here, and so the way to find it. */
const mark = `SPANTOLL_KILLS=${randomUUID()}`;
const broken: string[] = [];

const whole = join(folder, "whole.json");
// the first one fills the compile cache, which later ones find full
await start(["--out", whole, ...SWEEP, ...SIZE]);
const startedMs = performance.now();
const { exitCode, stderr } = await start(["--out", whole, "--force", ...SWEEP, ...SIZE]);
if (exitCode !== 0 && exitCode !== 3) throw new Error(`the uninterrupted sweep exits with ${exitCode}: ${stderr}`);
const sweepMs = performance.now() - startedMs;
const { plan } = readResults(whole);
console.log(`an uninterrupted sweep: ${plan.trials.length} trials in ${(sweepMs / 1000).toFixed(1)} s`);

let [done, resumingKilled, sweeps, kept, processesSeen] = [0, 0, 0, 0, 0];
while (done < kills && performance.now() < deadlineMs) await killOneSweep(join(folder, `sweep-${++sweeps}.json`));
if (done < kills) broken.push(`time ran out after ${done} of ${kills} kills`);

console.log(
  `${done} kills (${resumingKilled} of them of a resumed run) in ${sweeps} sweeps, ${processesSeen} child processes alive when killed, ${kept} finished trials kept`,
);
for (const promise of broken) console.log(`BROKEN: ${promise}`);
console.log(broken.length === 0 ? "nothing lost, nothing twice, no process left, every plan complete" : "not kept");
process.exitCode = broken.length === 0 ? 0 : 1;

/** Kills a sweep, and perhaps the run that resumes it, and then lets it come to its end. */
async function killOneSweep(out: string): Promise<void> {
  let finished: readonly TrialRecord[] = [];
  for (let hit = true; hit && done < kills; hit = random() < 0.7) {
    const left = 1 - finished.length / plan.trials.length;
    if (!(await killAt(out, random() * left * sweepMs))) break;
    if (finished.length > 0) resumingKilled++;
    done++;
    const now = recordsIn(out);
    compare(`kill ${done}`, finished, now);
    finished = now;
    kept += finished.length;
    console.log(`kill ${done}: ${finished.length} of ${plan.trials.length} trials finished`);
  }
  const { exitCode, stderr } = await start(argsFor(out));
  // 3: a trial of so short a run may be invalid, and is there all the same
  if (exitCode !== 0 && exitCode !== 3) return void broken.push(`${out}: resuming exits with ${exitCode}: ${stderr}`);
  const results = readResults(out);
  compare(`the end of ${out}`, finished, results.records);
  if (results.ending !== "completed") broken.push(`${out} says that it is ${results.ending}`);
  if (!isDeepStrictEqual(results.plan, plan)) broken.push(`${out} has another plan than an uninterrupted run`);
  if (!isDeepStrictEqual(idsOf(results.records), idsOf(readResults(whole).records))) broken.push(`${out} is not whole`);
  if (existsSync(journalPath(out))) broken.push(`${out} has come to its end and has left its journal`);
}

/** False where the run came to its end before. */
async function killAt(out: string, afterMs: number): Promise<boolean> {
  const run = start(argsFor(out));
  const ended = await Promise.race([run.then(() => true), sleep(afterMs, false)]);
  if (ended) return false;
  processesSeen += marked().length - 1;
  run.kill("SIGKILL");
  await run;
  for (const untilMs = performance.now() + GONE_WITHIN_MS; marked().length > 0; await sleep(50)) {
    if (performance.now() < untilMs) continue;
    broken.push(`kill ${done + 1}: processes are left: ${marked().join("; ")}`);
    break;
  }
  return true;
}

function compare(when: string, before: readonly TrialRecord[], after: readonly TrialRecord[]): void {
  const ids = idsOf(after);
  if (new Set(ids).size < ids.length) broken.push(`${when}: a trial is there twice: ${ids.join(", ")}`);
  for (const record of before) {
    const same = after.find(({ trial }) => trial.id === record.trial.id);
    if (!isDeepStrictEqual(same, record)) broken.push(`${when}: ${record.trial.id} was finished, and is lost`);
  }
}

function argsFor(out: string): string[] {
  const begun = existsSync(out) || existsSync(journalPath(out));
  return begun ? ["--resume", out] : ["--out", out, ...SWEEP, ...SIZE];
}

/** What is on disk: in the journal, or in the results file where that has taken its place. */
function recordsIn(out: string): Results["records"] {
  return (readJournal(out) ?? (existsSync(out) ? readResults(out) : { records: [] })).records;
}

function idsOf(records: readonly TrialRecord[]): string[] {
  return records.map(({ trial }) => trial.id);
}

function start(args: readonly string[]) {
  const [name, value] = mark.split("=") as [string, string];
  const env = { [name]: value, TMPDIR: folder };
  return execa(process.execPath, [MAIN, "bench", "--quiet", ...args], { reject: false, stdin: "ignore", env });
}

/** Command lines of the processes that were started here and are alive. */
function marked(): string[] {
  return markedProcesses(mark).map(({ command }) => command);
}
