import { thisMoment, type Moment } from "../base/clock.ts";
import { total } from "../base/sum-of.ts";
import type { LoadResult } from "../load/job.ts";
import type { Trial } from "../plan/plan.ts";
import { phaseRow, rateOption } from "../spec/phases.ts";
import { hasRightAnswers, type TrialRecord } from "../record/trial-record.ts";
import { abortedRecord, failedRecord, recordOf } from "./trial-record.ts";
import type { Bench } from "./bench.ts";
import { loadJobOf } from "./load-job.ts";
import { readFidelity } from "./measure/fidelity.ts";
import { readLedger, untilSent } from "./measure/ledger-reading.ts";
import { allDied, rejectOnAbort, rejectOnExit, rejectWithExit } from "./early-exit.ts";
import { ControlFailure } from "./target/control-failure.ts";
import { controlBaseline } from "./target/own-service.ts";
import { LateAnswers } from "./processes/deadline.ts";
import { OtherPrograms } from "./processes/other-programs.ts";
import { passOn, startedAfresh } from "./pass-on.ts";
import type { Setting } from "./setting.ts";
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

/**
 * The recipe of every phase but `start`: warm up, open the window, load, drain, flush, read meters and ledger. Processes that
 * are warm and at rest are passed on to their next trial.
 */
async function measure(
  bench: Bench,
  setting: Setting,
  running: readonly Running[],
  startedAt: Moment,
  heirs: ReadonlyMap<string, string>,
  isOver: AbortSignal,
): Promise<TrialRecord[]> {
  const [sink, load] = await Promise.all([bench.sink(), bench.load()]);
  const eachMeter = (act: (meter: Running["meter"]) => Promise<void>) =>
    Promise.all(running.map(({ meter }) => act(meter)));
  const { deadline } = bench;
  const trials = running.map(({ trial }) => trial);
  const isWarm = running.every((one) => one.isWarm);
  const { warmupMs, windowMs } = stageTimes(setting, trials, isWarm);
  const [{ phase }] = trials as [Trial];
  const overloadFix = phaseRow(phase).loop === "open" ? `lower ${rateOption(phase)}` : undefined;
  // only the phase cost warms up for all that follow
  const heirOf = ({ trial: { id, phase } }: Running) => (isWarm || phase === "cost" ? heirs.get(id) : undefined);
  const openWindow = (): void => {
    // a sink that has died fails the next question. Reading meters takes some ms, in which spans of the window may come
    for (const { trial } of running) sink.windowOpen(trial.id).catch(() => undefined);
    for (const { meter, collectorProcess } of running) {
      meter.open();
      collectorProcess?.openWindow();
    }
  };
  const longestMs = (name: "spanMetricsAfterMs" | "decidedAfterMs"): number =>
    Math.max(...running.map(({ collectorProcess }) => collectorProcess?.facts[name] ?? 0));
  const countedMs = longestMs("spanMetricsAfterMs");
  deadline.begin("warm-up", warmupMs + countedMs);
  if (!isWarm) await eachMeter((meter) => meter.collectGarbage());
  const others = new OtherPrograms();
  const loadResults = await load.run(loadJobOf(setting, running), {
    warm: async () => {
      const cores = bench.pinning?.target;
      if (cores !== undefined) for (const { target } of running) target.pin(cores);
      await eachMeter((meter) => meter.settle());
      await Promise.all(running.map(async ({ collectorProcess }) => collectorProcess?.yieldToDriver()));
      await Promise.all(running.map(settleCollector));
      others.restart();
    },
    opened: () => {
      deadline.begin("window", windowMs + countedMs + longestMs("decidedAfterMs"), { fix: overloadFix });
      openWindow();
    },
    closed: () => running.forEach(({ meter }) => meter.drained()),
  });
  const programs = others.busiest();
  await Promise.all(running.map((one) => one.meter.close(heirOf(one) === undefined)));
  await Promise.all(running.map(({ variant, target }) => controlBaseline(variant, target.lines)));
  const ledgerReadings = await Promise.all(
    running.map((one) => readLedger(sink, one, setting.keepJaeger, heirOf(one))),
  );
  // what is left is computing
  deadline.end();
  if (setting.keepJaeger === true) for (const one of running) await bench.keep(one.collectorProcess);
  const groupCoreShare = total(running, ({ meter }) => meter.coreShare("target"));
  const collectorsShare = total(running, ({ meter }) => meter.coreShare("collector"));
  const elsewhereShare = total(running, ({ meter }) => meter.coreShare("elsewhere"));
  const records = await Promise.all(
    running.map(async (one, at) => {
      const loadResult = loadResults.find(({ target: id }) => id === one.trial.id)!;
      const ledgerReading = ledgerReadings[at]!;
      if (loadResult.completed === 0) return failedRecord(one.trial, startedAt, new Error(noAnswers(loadResult)));
      const fidelity = await readFidelity(setting, one, loadResult, ledgerReading);
      const warnings = [...bench.warnings, ...startedAfresh(setting, one)];
      const group = { groupCoreShare, collectorsShare, elsewhereShare, programs };
      return recordOf({ ...one, setting, loadResult, ledgerReading, startedAt, warnings, fidelity, ...group });
    }),
  );
  const areUsable = records.every(({ ending }) => ending === "completed") && !isOver.aborted;
  await passOn(bench, running, ledgerReadings, areUsable);
  return records;
}

/** What the warm-up left is in the Collector's counts. */
async function settleCollector({ collectorProcess, ...service }: Running): Promise<void> {
  if (collectorProcess?.facts.spanMetricsAfterMs === undefined) return;
  await untilSent(service);
  await collectorProcess.settle();
}

function noAnswers({ sent, errors, timeouts }: LoadResult): string {
  return `none of ${sent} requests was answered: ${errors} broke off, ${timeouts} timed out`;
}
