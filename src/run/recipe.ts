import type { Moment } from "../base/clock.ts";
import { total } from "../base/sum-of.ts";
import type { LoadResult } from "../load/job.ts";
import { phaseRow, rateOption } from "../spec/phases.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { Bench } from "./bench.ts";
import { loadJobOf } from "./load-job.ts";
import { readFidelity } from "./measure/fidelity.ts";
import { readLedger, untilSent, type LedgerReading } from "./measure/ledger-reading.ts";
import { passOn, startedAfresh } from "./pass-on.ts";
import { OtherPrograms } from "./processes/other-programs.ts";
import type { SinkProcess } from "./processes/sink-process.ts";
import type { Setting } from "./setting.ts";
import { stageTimes } from "./stage-times.ts";
import type { Running } from "./running.ts";
import { controlBaseline } from "./target/own-service.ts";
import { failedRecord, recordOf } from "./trial-record.ts";

/**
 * The recipe of every phase but `start`: warm up, open the window, load, drain, flush, read meters and ledger. Processes that
 * are warm and at rest are passed on to their next trial.
 */
export async function measure(
  bench: Bench,
  setting: Setting,
  running: readonly Running[],
  startedAt: Moment,
  heirs: ReadonlyMap<string, string>,
  isOver: AbortSignal,
): Promise<TrialRecord[]> {
  const [sink, load] = await Promise.all([bench.sink(), bench.load()]);
  const { deadline } = bench;
  const isWarm = running.every((one) => one.isWarm);
  const { warmupMs, windowMs, fix } = stagesOf(setting, running, isWarm);
  // only the phase cost warms up for all that follow
  const heirOf = ({ trial: { id, phase } }: Running) => (isWarm || phase === "cost" ? heirs.get(id) : undefined);

  deadline.begin("warm-up", warmupMs);
  if (!isWarm) await each(running, ({ meter }) => meter.collectGarbage());
  let others: OtherPrograms | undefined;
  const loadResults = await load.run(loadJobOf(setting, running), {
    warm: async () => {
      await settle(bench, running);
      for (const { target } of running) target.listProcesses();
      others = new OtherPrograms();
    },
    opened: () => {
      deadline.begin("window", windowMs, { fix });
      openWindow(sink, running);
      // reading all processes takes ms of the driver's core; the closed loop has no pause before its window
      others ??= new OtherPrograms();
    },
    closed: () => running.forEach(({ meter }) => meter.drained()),
  });
  const programs = others?.busiest(running.flatMap(({ target }) => target.pids())) ?? [];
  await each(running, (one) => one.meter.close(heirOf(one) === undefined));
  await each(running, ({ variant, target }) => controlBaseline(variant, target.lines));
  const ledgerReadings = await each(running, (one) => readLedger(sink, one, setting.keepJaeger, heirOf(one)));
  // what is left is computing
  deadline.end();

  if (setting.keepJaeger === true) for (const one of running) await bench.keep(one.collectorProcess);
  const records = await recordsOf(bench, setting, running, { loadResults, ledgerReadings, programs, startedAt });
  const areUsable = records.every(({ ending }) => ending === "completed") && !isOver.aborted;
  await passOn(bench, running, ledgerReadings, areUsable);
  return records;
}

/** How long the stages under load may take by plan, in ms, and what to type if a service gives up in its window. */
function stagesOf(setting: Setting, running: readonly Running[], isWarm: boolean) {
  const trials = running.map(({ trial }) => trial);
  const { warmupMs, windowMs } = stageTimes(setting, trials, isWarm);
  const longestMs = (name: "spanMetricsAfterMs" | "decidedAfterMs"): number =>
    Math.max(...running.map(({ collectorProcess }) => collectorProcess?.facts[name] ?? 0));
  const countedMs = longestMs("spanMetricsAfterMs");
  const { phase } = trials[0]!;
  return {
    warmupMs: warmupMs + countedMs,
    windowMs: windowMs + countedMs + longestMs("decidedAfterMs"),
    fix: phaseRow(phase).loop === "open" ? `lower ${rateOption(phase)}` : undefined,
  };
}

/** After the warm-up: each process has its cores, and what the warm-up left is exported and in the Collector's counts. */
async function settle(bench: Bench, running: readonly Running[]): Promise<void> {
  const cores = bench.pinning?.target;
  if (cores !== undefined) for (const { target } of running) target.pin(cores);
  await each(running, ({ meter }) => meter.settle());
  await each(running, async ({ collectorProcess }) => collectorProcess?.yieldToDriver());
  await each(running, async ({ collectorProcess, ...service }) => {
    if (collectorProcess?.facts.spanMetricsAfterMs === undefined) return;
    await untilSent(service);
    await collectorProcess.settle();
  });
}

function openWindow(sink: SinkProcess, running: readonly Running[]): void {
  // a sink that has died fails the next question. Reading meters takes some ms, in which spans of the window may come
  for (const { trial } of running) sink.windowOpen(trial.id).catch(() => undefined);
  for (const { meter, collectorProcess } of running) {
    meter.open();
    collectorProcess?.openWindow();
  }
}

interface GroupReadings {
  readonly loadResults: readonly LoadResult[];
  /** In the order of the trials. */
  readonly ledgerReadings: readonly LedgerReading[];
  /** Others that took much CPU in the window, the busiest first. */
  readonly programs: readonly string[];
  readonly startedAt: Moment;
}

function recordsOf(
  bench: Bench,
  setting: Setting,
  running: readonly Running[],
  { loadResults, ledgerReadings, programs, startedAt }: GroupReadings,
): Promise<TrialRecord[]> {
  const shareOf = (of: "target" | "collector" | "elsewhere"): number =>
    total(running, ({ meter }) => meter.coreShare(of));
  const group = {
    groupCoreShare: shareOf("target"),
    collectorsShare: shareOf("collector"),
    elsewhereShare: shareOf("elsewhere"),
    programs,
  };
  return each(running, async (one, at) => {
    const loadResult = loadResults.find(({ target: id }) => id === one.trial.id)!;
    const ledgerReading = ledgerReadings[at]!;
    if (loadResult.completed === 0) return failedRecord(one.trial, startedAt, new Error(noAnswers(loadResult)));
    const fidelity = await readFidelity(setting, one, loadResult, ledgerReading);
    const warnings = [...bench.warnings, ...startedAfresh(setting, one)];
    return recordOf({ ...one, setting, loadResult, ledgerReading, startedAt, warnings, fidelity, ...group });
  });
}

function noAnswers({ sent, errors, timeouts }: LoadResult): string {
  return `none of ${sent} requests was answered: ${errors} broke off, ${timeouts} timed out`;
}

/** At the same time for all. */
function each<T>(running: readonly Running[], act: (one: Running, at: number) => Promise<T>): Promise<T[]> {
  return Promise.all(running.map(act));
}
