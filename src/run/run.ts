import { thisMoment } from "../base/clock.ts";
import { heirsOf } from "../plan/heirs.ts";
import { groupsOf, type Trial } from "../plan/plan.ts";
import { hasRightAnswers, type TrialRecord } from "../record/trial-record.ts";
import { phaseRow } from "../spec/phases.ts";
import { Bench } from "./bench.ts";
import type { CheckLine } from "./check/check-line.ts";
import { allDied, rejectOnExit, rejectWithExit } from "./early-exit.ts";
import { rejectOnAbort } from "./processes/readiness.ts";
import { Outcomes, type GroupOutcome } from "./outcomes.ts";
import { controlOwnSdk } from "./own-sdk-control.ts";
import { Deadline, LateAnswers } from "./processes/deadline.ts";
import { measure } from "./recipe.ts";
import { killAll, takeOver, type Running } from "./running.ts";
import type { Setting } from "./setting.ts";
import { allowanceMs, LATE_MS, stageTimes } from "./stage-times.ts";
import { measureStart } from "./start-up.ts";
import { NoneStarted, startAll } from "./starts.ts";
import { ControlFailure } from "./target/control-failure.ts";
import { preparePrograms } from "./target/plain-programs.ts";
import { abortedRecord, failedRecord } from "./trial-record.ts";

/** What happens in a run. */
export interface RunEvents {
  /** A group is about to start. */
  starting(group: readonly Trial[], done: number, total: number): void;
  /** Its records; they must be on disk when this resolves, since the next group starts then. */
  finished(records: readonly TrialRecord[]): Promise<void>;
  /** What is wrong with a service that brings its own SDK, though it can be measured. */
  checked?(wrong: readonly CheckLine[]): void;
  /** All planned trials are done: more of them, or none to end. */
  extend(): readonly Trial[];
  /** This is left running. */
  kept?(jaeger: { readonly url: string; readonly pid: number }): void;
  /** The run ends here. */
  stopping?(reason: string): void;
}

/**
 * Runs the trials of the plan that are not in `earlier`, group by group, until there are none, `signal` fires, or a further
 * group would only fail as those before.
 * A group runs again whole if only some of its trials are done: its trials are measured side by side. Trials whose processes
 * ended with an earlier run, or with another trial that failed, start their own.
 * Throws a `ControlFailure` if figures of the service would be wrong.
 */
export async function runPlan(
  setting: Setting,
  earlier: Iterable<TrialRecord>,
  events: RunEvents,
  signal: AbortSignal,
  deadline = new Deadline(allowanceMs(setting.scenario)),
): Promise<void> {
  await preparePrograms(setting);
  const { plan } = setting;
  const records = [...earlier];
  const outcomes = new Outcomes(plan.variants, records);
  const groups = missingGroups(plan.trials, records);
  const bench = new Bench(deadline);
  let answered = false;
  try {
    for (let index = 0; ; index++) {
      if (index === groups.length) groups.push(...groupsOf(events.extend()));
      else if (outcomes.stopReason !== undefined) {
        events.stopping?.(outcomes.stopReason);
        break;
      }
      const group = groups[index];
      if (group === undefined) break;
      events.starting(group, index, groups.length);
      if (signal.aborted) break;
      if (index === 0) events.checked?.(await controlOwnSdk(bench, setting, signal).catch(failControl));
      const untried = outcomes.outcomeIfNotTried(group);
      if (untried !== undefined) await bench.dropPassedOn();
      const heirs = heirsOf(plan, group, groups.slice(index + 1).flat());
      const outcome: GroupOutcome = untried ?? (await runGroup(bench, setting, group, signal, answered, heirs));
      await events.finished(outcome.records);
      if (signal.aborted) break;
      answered ||= outcome.records.some(hasRightAnswers);
      outcomes.add(group, outcome);
    }
  } finally {
    deadline.end();
    const kept = await bench.close();
    if (kept !== undefined) events.kept?.(kept);
  }
}

/** The groups that have a trial that is not among the records: its trials are measured side by side, so all run again. */
export function missingGroups(trials: readonly Trial[], records: readonly TrialRecord[]): Trial[][] {
  const done = new Set(records.map(({ trial }) => trial.id));
  return groupsOf(trials).filter((group) => group.some(({ id }) => !done.has(id)));
}

/**
 * Runs the trials of one group, side by side if there are several. Never throws for what a trial can do: a failure is
 * a record, and so is what is still awaited when a stage has taken too long. Throws a `ControlFailure`, but not for a
 * service that runs already and has `answered` in this run. `heirs`: by trial, the one that is to have its processes next.
 */
export async function runGroup(
  bench: Bench,
  setting: Setting,
  trials: readonly Trial[],
  signal: AbortSignal,
  answered: boolean,
  heirs: ReadonlyMap<string, string> = new Map(),
): Promise<GroupOutcome> {
  const startedAt = thisMoment();
  const running: Running[] = [];
  const done = new AbortController();
  const { deadline } = bench;
  // no request is under way that could time out
  deadline.begin("start", stageTimes(setting, trials).startMs, { mostLateMs: LATE_MS });
  try {
    const interrupted = rejectOnAbort(signal, done.signal);
    interrupted.catch(() => undefined);
    await Promise.race([Promise.all([bench.sink(), bench.load()]), interrupted]);
    const inherited = await takeOver(bench, setting, trials[0]!);
    running.push(...(inherited ? [inherited] : await startAll(bench, setting, trials, signal)));
    const recipe = phaseRow(trials[0]!.phase).loop === "none" ? measureStart : measure;
    const measured = recipe(bench, setting, running, startedAt, heirs, done.signal).catch((error) => {
      if (error instanceof LateAnswers) throw error;
      return rejectWithExit(running, error as Error);
    });
    const records = await Promise.race([measured, rejectOnExit(running), interrupted]);
    await Promise.all(running.map(async ({ target }) => bench.isPassedOn(target) || target.stop()));
    return { records, measurable: records.some(hasRightAnswers), isLate: false, hangs: false };
  } catch (error) {
    const { isLate } = bench;
    const hangs = deadline.late !== undefined && !isLate;
    // what was stopped, or slow once, may be measurable
    const isTried = !signal.aborted && deadline.late === undefined;
    const measurable = !isTried || !(error instanceof NoneStarted || (await allDied(running)));
    await killAll(running);
    await bench.discard();
    const hasGone = answered && setting.scenario.target.kind.address !== undefined;
    if (error instanceof ControlFailure && !hasGone) throw error;
    const record = signal.aborted ? abortedRecord : failedRecord;
    return { records: trials.map((trial) => record(trial, startedAt, error as Error)), measurable, isLate, hangs };
  } finally {
    done.abort();
    deadline.end();
    for (const { meter } of running) meter.stop();
  }
}

/** Without the control, figures could be wrong. */
function failControl(error: Error): never {
  throw error instanceof ControlFailure ? error : new ControlFailure(`the control of the service: ${error.message}`);
}
