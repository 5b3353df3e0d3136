import { estimateAll } from "../estimate/estimate-all.ts";
import { fidelityEstimates } from "../estimate/fidelity/estimates.ts";
import { plannedLooks } from "../estimate/precision.ts";
import type { Estimate } from "../estimate/estimate.ts";
import type { Plan, Trial } from "../plan/trial.ts";
import { Journal, journalPath } from "../record/journal.ts";
import { SCHEMA_VERSION, type Environment, type Results } from "../record/results.ts";
import { writeResults } from "../record/file.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { Scenario } from "../spec/scenario.ts";
import { blocksOf, runPlan } from "../run/run.ts";
import type { Setting } from "../run/setting.ts";
import { onInterrupt } from "./interrupt.ts";
import { judgeVariant } from "./judge.ts";
import { formatAbout, Progress } from "./progress.ts";

export interface Session {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly environment: Environment;
  /** The Node that runs the measured service. */
  readonly node: string;
  /** The results file. */
  readonly out: string;
  readonly quiet: boolean;
  /** Records of an interrupted run that this one continues. */
  readonly earlier?: readonly TrialRecord[];
  readonly timeLimit?: TimeLimit;
  /** Expected length of what is measured after this session, in ms: part of the time left. */
  readonly laterMs?: number;
  readonly special?: Setting["special"];
  readonly onEvidence?: Setting["onEvidence"];
  /** What is to be known about the run beforehand. */
  readonly notes?: readonly string[];
  /** Asked when all planned trials are done: more of them, or none; and what to note about it. */
  readonly extend?: (records: readonly TrialRecord[], plan: Plan) => Extension;
  /** Told before the first block and after each, with all there is. */
  readonly onProgress?: (results: Results) => void;
}

/** No block starts that would end later than `ms` from the start. */
export interface TimeLimit {
  readonly ms: number;
  /** What the results note where that left some out; `canGoOn` says whether there is anything to go on from. */
  readonly note: (canGoOn: boolean) => string;
}

export interface Extension {
  readonly trials: readonly Trial[];
  readonly note?: string;
}

export interface SessionResult {
  readonly results: Results;
  readonly estimates: readonly Estimate[];
  /** Exit code of the signal that ended it; undefined where none did. */
  readonly interruptedWith: number | undefined;
}

/** Whether a run has anything to keep: a trial that was broken off is nothing, one that failed has its reason. */
export function isWorthKeeping({ records }: Pick<Results, "records">): boolean {
  return records.some(({ ending }) => ending !== "aborted");
}

/** Writes the results file, unless nothing was measured. */
export function keepResults(path: string, results: Results): void {
  if (isWorthKeeping(results)) writeResults(path, results);
}

/** Where the results are, in a line for stderr. */
export function whereabouts(results: Results, path: string): string {
  return isWorthKeeping(results) ? `results: ${path}` : "no results file: nothing was measured";
}

/** Measures a plan: journal and progress while it runs, the results file at its end, also where it is interrupted. */
export async function measureSession(session: Session): Promise<SessionResult> {
  const books = new SessionBooks(session);
  const interruption = onInterrupt();
  const outOfTime = new AbortController();
  let hopeless: string | undefined;
  const signal = AbortSignal.any([interruption.signal, outOfTime.signal]);
  const deadlineMs = performance.now() + (session.timeLimit?.ms ?? Infinity);
  const { progress, plan } = books;
  progress.say(
    `${books.trialsLeft} trials in ${books.blocksLeft} blocks, about ${formatAbout(progress.leftMs)}; journal ${journalPath(session.out)}`,
  );
  const setting: Setting = {
    scenario: session.scenario,
    plan,
    node: session.node,
    governors: session.environment.cpu.governors,
    judge: judgeVariant,
    ...(session.special && { special: session.special }),
    ...(session.onEvidence && { onEvidence: session.onEvidence }),
  };
  try {
    await runPlan(
      setting,
      books.records,
      {
        starting: (block, done, total) => {
          if (performance.now() + progress.blockMs(block) > deadlineMs) outOfTime.abort();
          else progress.starting(block, done, total);
        },
        finished: (records) => books.add(records),
        extend: () => books.extend(),
        hopeless: ([record]) => {
          hopeless = `stopped, since the service could be measured in no variant: ${record?.failure?.split("\n", 2).join(": ")}`;
        },
      },
      signal,
    );
  } finally {
    progress.end();
    interruption.dispose();
  }
  if (hopeless !== undefined) {
    process.stderr.write(`${hopeless}\n`);
    books.notes.push(hopeless);
  }
  if (outOfTime.signal.aborted && session.timeLimit) books.notes.push(session.timeLimit.note(books.canGoOn));
  const ended = books.close(signal.aborted || hopeless !== undefined ? "interrupted" : "completed");
  return { ...ended, interruptedWith: interruption.code() };
}

/**
 * What a run that goes on need not measure again: all but what was broken off. Where no trial was completed, none is
 * done: what made them fail, such as a database that was not there, may be mended by now.
 */
function doneIn(earlier: readonly TrialRecord[]): readonly TrialRecord[] {
  if (!earlier.some(({ ending }) => ending === "completed")) return [];
  return earlier.filter(({ ending }) => ending !== "aborted");
}

/** What a session knows and writes down. */
class SessionBooks {
  readonly plan: Plan;
  readonly progress: Progress;
  readonly notes: string[];
  readonly #session: Session;
  readonly #journal: Journal;
  readonly #records = new Map<string, TrialRecord>();

  constructor(session: Session) {
    const { scenario, environment, out, earlier, quiet } = session;
    this.#session = session;
    this.notes = [...(session.notes ?? [])];
    this.plan = { ...session.plan, trials: [...session.plan.trials] };
    for (const record of doneIn(earlier ?? [])) this.#records.set(record.trial.id, record);
    const header = { schemaVersion: SCHEMA_VERSION, environment, scenario, plan: this.plan } as const;
    this.#journal = new Journal(out, header, earlier && [...this.#records.values()]);
    this.progress = new Progress(scenario, this.#left(), { quiet, laterMs: session.laterMs });
    session.onProgress?.(this.#results("interrupted"));
  }

  get records(): Iterable<TrialRecord> {
    return this.#records.values();
  }

  /** Whether there is anything to go on from. */
  get canGoOn(): boolean {
    return isWorthKeeping({ records: [...this.records] });
  }

  get trialsLeft(): number {
    return this.#left().length;
  }

  get blocksLeft(): number {
    return blocksOf(this.#left()).length;
  }

  async add(records: readonly TrialRecord[]): Promise<void> {
    for (const record of records) this.#records.set(record.trial.id, record);
    this.#journal.add(records);
    this.progress.finished(records.map(({ trial }) => trial));
    this.#session.onProgress?.(this.#results("interrupted"));
  }

  extend(): readonly Trial[] {
    const { trials, note } = this.#session.extend?.([...this.records], this.plan) ?? { trials: [] };
    if (note !== undefined) this.notes.push(note);
    this.plan.trials.push(...trials);
    this.#journal.extend(trials);
    this.progress.extended(trials);
    return trials;
  }

  close(ending: Results["ending"]): Pick<SessionResult, "results" | "estimates"> {
    const measured = this.#results(ending);
    // first what was measured: no fault of an estimate may lose it
    keepResults(this.#session.out, measured);
    this.#journal.finish();
    const { estimates, unavailable } = availableEstimates(measured);
    const results = { ...measured, estimates, notes: [...measured.notes, ...unavailable] };
    keepResults(this.#session.out, results);
    return { results, estimates };
  }

  #left(): Trial[] {
    return this.plan.trials.filter(({ id }) => !this.#records.has(id));
  }

  #results(ending: Results["ending"]): Results {
    const { environment, scenario } = this.#session;
    const records = this.plan.trials.flatMap(({ id }) => this.#records.get(id) ?? []);
    const { plan, notes } = this;
    return { schemaVersion: SCHEMA_VERSION, environment, scenario, plan, ending, records, estimates: [], notes };
  }
}

type Measured = Pick<Results, "records" | "plan" | "scenario">;

/** All estimates that the records of a run give: cost, latency, capacity, spans, and what sampling keeps. */
export function estimatesOf(measured: Measured): Estimate[] {
  return availableEstimates(measured).estimates;
}

/** The estimates, and for each part whose estimation failed the reason, as a note for the results. */
function availableEstimates({ records, plan, scenario }: Measured): { estimates: Estimate[]; unavailable: string[] } {
  const looks = plannedLooks(scenario).length;
  const unavailable: string[] = [];
  const attempt = (what: string, estimate: () => Estimate[]): Estimate[] => {
    try {
      return estimate();
    } catch (error) {
      unavailable.push(`${what} not available, because ${(error as Error).message}; please report this as a bug`);
      return [];
    }
  };
  const estimates = [
    ...attempt("cost, latency, capacity and spans", () =>
      estimateAll(records, { variants: plan.variants, seed: plan.seed, looks }),
    ),
    ...attempt("what sampling keeps", () => fidelityEstimates(records)),
  ];
  return { estimates, unavailable };
}
