import { thisMoment } from "../base/clock.ts";
import type { Trial } from "../plan/plan.ts";
import { phaseRow } from "../spec/phases.ts";
import { hasRightAnswers, type TrialRecord } from "../record/trial-record.ts";
import { abortedRecord, failedRecord } from "./trial-record.ts";
import type { Bench } from "./bench.ts";
import { allDied, rejectOnAbort, rejectOnExit, rejectWithExit } from "./early-exit.ts";
import { ControlFailure } from "./target/control-failure.ts";
import { LateAnswers } from "./processes/deadline.ts";
import type { Setting } from "./setting.ts";
import { measure } from "./recipe.ts";
import { measureStart } from "./start-up.ts";
import { LATE_MS, stageTimes } from "./stage-times.ts";
import { killAll, NoneStarted, startAll, takeOver, type Running } from "./starts.ts";

export interface GroupOutcome {
  /** In the order of the trials. */
  readonly records: TrialRecord[];
  /** False if the services did not start, ended in their warm-up, completed no request, or answered not as expected. */
  readonly measurable: boolean;
  /** Sink or load process did not answer in time. */
  readonly isLate: boolean;
  /** A service did not. */
  readonly hangs: boolean;
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

/** The outcome of a group that is not run again. */
export function hungOutcome(trials: readonly Trial[], reason: string | undefined): GroupOutcome {
  const error = new Error(
    `not tried again: its services did not answer in two trials in succession, at first: ${reason}`,
  );
  const records = trials.map((trial) => failedRecord(trial, thisMoment(), error));
  return { records, measurable: false, isLate: false, hangs: true };
}
