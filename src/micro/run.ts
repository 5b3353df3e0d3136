import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siblingModule } from "../base/sibling.ts";
import { BASELINE } from "../plan/plan.ts";
import type { Plan, Trial } from "../plan/trial.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { compileCache, startChild } from "../run/processes/child.ts";
import { findPinning } from "../run/processes/pinning.ts";
import type { Effort, Figures } from "./measure.ts";
import { fitsAnother } from "./plan.ts";
import { writeSamplerFiles } from "./parts/sampler-files.ts";
import type { Task } from "./protocol.ts";

/** What a run tells while it goes on. */
export interface MicroEvents {
  /** So many processes of all have ended. */
  measured(done: number, total: number): void;
  /** A round is complete, or was broken off: its records. */
  finished(records: readonly TrialRecord[]): void;
}

/** What would otherwise differ from process to process, or fall into a sample or beside it by chance. */
const FLAGS = [
  // code is compiled when it has become hot, not when another thread gets round to it
  "--no-concurrent-recompilation",
  // garbage is collected by the thread that makes it
  "--single-threaded-gc",
  // garbage is collected when there is so much of it, not as fast as it went so far; it also gives the young generation
  // one size from the start, of 4 MB a half
  "--predictable-gc-schedule",
  // no sample runs while objects are being marked, which makes every write dearer
  "--no-incremental-marking",
  // strings and ids fall into the same buckets
  "--hash-seed=1",
  "--random-seed=1",
  "--expose-gc",
];
/**
 * For glibc: what is freed stays with the process. Given back to the system, each batch's text would fault its pages in
 * anew, or not, by where the heap happens to end: a third of zipkin's serialisation, in one process of four.
 */
const MEMORY = {
  MALLOC_TRIM_THRESHOLD_: String(2 ** 30),
  MALLOC_MMAP_THRESHOLD_: String(2 ** 30),
  MALLOC_TOP_PAD_: String(2 ** 26),
};
/** A process that takes longer than this has got stuck. */
const WITHIN_MS = 60_000;

/** One trial that was run, and what came of it. */
interface Done {
  readonly trial: Trial;
  readonly startedAt: Date;
  readonly tookMs: number;
  readonly figures?: Figures;
  readonly failure?: string;
}

/** How much is measured. */
export interface MicroLimits {
  readonly effort: Effort;
  /** No round starts that would probably end later than this, the first apart. */
  readonly maxTimeMs: number;
}

/** Measures the parts of a plan round by round, a process a part, on two cores where processes can be pinned to them. */
export async function runMicro(
  plan: Plan,
  { effort, maxTimeMs }: MicroLimits,
  events: MicroEvents,
  signal: AbortSignal,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "spantoll-micro-"));
  try {
    writeSamplerFiles(folder);
    const total = plan.trials.filter(({ variant }) => variant !== BASELINE).length;
    let count = 0;
    const roundsMs: number[] = [];
    for (const trials of Map.groupBy(plan.trials, ({ block }) => block).values()) {
      if (signal.aborted || !fitsAnother(roundsMs, maxTimeMs)) return;
      const startMs = performance.now();
      const done = await runRound(lanesOf(plan, trials), { folder, effort }, signal, () =>
        events.measured(++count, total),
      );
      events.finished(recordsOf(trials, done));
      roundsMs.push(performance.now() - startMs);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The trials of one core, in their order. */
interface Lane {
  readonly core: string | undefined;
  readonly trials: readonly Trial[];
}

/**
 * One lane for each core: the clock is the process's own CPU, so lanes do not wait for each other. A part has the same
 * core in every round, since two cores of a machine are not alike for all parts.
 */
function lanesOf({ variants }: Plan, trials: readonly Trial[]): Lane[] {
  const { pinning } = findPinning();
  const cores = pinning === undefined ? [undefined] : [pinning.target, pinning.others.split(",")[0]];
  const parts = variants.map(({ id: name }) => name).filter((name) => name !== BASELINE);
  return cores.map((core, index) => ({
    core,
    trials: trials.filter(({ variant }) => parts.indexOf(variant) % cores.length === index),
  }));
}

async function runRound(
  lanes: readonly Lane[],
  setting: Omit<Task, "part">,
  signal: AbortSignal,
  ended: () => void,
): Promise<Done[]> {
  const done: Done[] = [];
  const runLane = async ({ core, trials }: Lane): Promise<void> => {
    for (const trial of trials) {
      if (signal.aborted) return;
      const outcome = await runOne(trial, { part: trial.variant, ...setting }, core, signal);
      if (!signal.aborted) done.push(outcome);
      ended();
    }
  };
  await Promise.all(lanes.map(runLane));
  return done;
}

async function runOne(trial: Trial, task: Task, cores: string | undefined, signal: AbortSignal): Promise<Done> {
  const startedAt = new Date();
  const child = startChild({
    command: process.execPath,
    args: [...FLAGS, siblingModule(import.meta.url, "./process"), JSON.stringify(task)],
    env: { ...compileCache(), ...MEMORY },
    ipc: true,
    cores,
  });
  const end = (): void => void child.kill();
  const stuck = setTimeout(end, WITHIN_MS);
  signal.addEventListener("abort", end, { once: true });
  let figures: Figures | undefined;
  child.onMessage((message) => (figures = message as Figures));
  const { how, stderrTail } = await child.exited;
  clearTimeout(stuck);
  signal.removeEventListener("abort", end);
  const tookMs = Date.now() - startedAt.getTime();
  return { trial, startedAt, tookMs, ...(figures === undefined ? { failure: `${how}\n${stderrTail}` } : { figures }) };
}

/** The records of a round, in the order of its trials: each figure at the speed that the machine had in the whole round. */
export function recordsOf(trials: readonly Trial[], done: readonly Done[]): TrialRecord[] {
  const yardsticks = done.flatMap(({ figures }) => figures?.yardstickNs ?? []);
  const roundNs = Math.exp(yardsticks.reduce((sum, ns) => sum + Math.log(ns), 0) / yardsticks.length);
  const byId = new Map(done.map((one) => [one.trial.id, one]));
  return trials.flatMap((trial) => {
    if (trial.variant === BASELINE) return yardsticks.length === 0 ? [] : [yardstickRecord(trial, done, roundNs)];
    const one = byId.get(trial.id);
    return one === undefined ? [] : [recordOf(one, roundNs)];
  });
}

function recordOf({ trial, startedAt, tookMs, figures, failure }: Done, roundNs: number): TrialRecord {
  const about = { trial, startedAt: startedAt.toISOString(), tookMs, warnings: [] };
  if (figures === undefined) return { ...about, ending: "failed", valid: false, failure: failure ?? "" };
  const nsPerOp = (figures.nsPerOp * roundNs) / figures.yardstickNs;
  return { ...about, ending: "completed", valid: true, micro: { nsPerOp, measured: figures } };
}

function yardstickRecord(trial: Trial, done: readonly Done[], nsPerOp: number): TrialRecord {
  const startedAt = new Date(Math.min(...done.map((one) => one.startedAt.getTime()))).toISOString();
  const tookMs = done.reduce((sum, one) => sum + one.tookMs, 0);
  return { trial, startedAt, tookMs, warnings: [], ending: "completed", valid: true, micro: { nsPerOp } };
}
