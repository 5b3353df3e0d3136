import type { LoadResult } from "../load/job.ts";
import type { Trial } from "../plan/trial.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { abortedRecord, failedRecord, recordOf } from "./trial-record.ts";
import type { Bench } from "./bench.ts";
import { loadJobOf } from "./load-job.ts";
import { readFidelity } from "./measure/fidelity.ts";
import { readLedger } from "./measure/ledger-reading.ts";
import { allDied, rejectOnAbort, rejectOnExit, rejectWithExit } from "./processes/early-exit.ts";
import { ControlFailure } from "./processes/control-failure.ts";
import type { Setting } from "./setting.ts";
import { killAll, NoneStarted, startAll, type Running } from "./starts.ts";

export interface GroupOutcome {
  /** In the order of the trials. */
  readonly records: TrialRecord[];
  /** False if the services did not start, ended in their warm-up, or completed no request. */
  readonly measurable: boolean;
}

/**
 * Runs the trials of one group, side by side if there are several. Never throws for what a trial can do: a failure is
 * a record. Throws a `ControlFailure`.
 */
export async function runGroup(
  bench: Bench,
  setting: Setting,
  trials: readonly Trial[],
  signal: AbortSignal,
): Promise<GroupOutcome> {
  const startedAt = new Date();
  const running: Running[] = [];
  const done = new AbortController();
  try {
    const interrupted = rejectOnAbort(signal, done.signal);
    interrupted.catch(() => undefined);
    await Promise.race([Promise.all([bench.sink(), bench.load()]), interrupted]);
    running.push(...(await startAll(bench, setting, trials, signal)));
    const measured = measure(bench, setting, running, startedAt).catch((error) =>
      rejectWithExit(running, error as Error),
    );
    const records = await Promise.race([measured, rejectOnExit(running), interrupted]);
    await Promise.all(running.map(({ target }) => target.stop()));
    return { records, measurable: records.some(({ ending }) => ending !== "failed") };
  } catch (error) {
    const measurable = signal.aborted || !(error instanceof NoneStarted || (await allDied(running)));
    await killAll(running);
    await bench.discard();
    if (error instanceof ControlFailure) throw error;
    const record = signal.aborted ? abortedRecord : failedRecord;
    return { records: trials.map((trial) => record(trial, startedAt, error as Error)), measurable };
  } finally {
    done.abort();
    for (const { meter } of running) meter.stop();
  }
}

/** The recipe of every phase: warm up, open the window, load, drain, flush, read meters and ledger. */
async function measure(
  bench: Bench,
  setting: Setting,
  running: readonly Running[],
  startedAt: Date,
): Promise<TrialRecord[]> {
  const [sink, load] = await Promise.all([bench.sink(), bench.load()]);
  const eachMeter = (act: (meter: Running["meter"]) => Promise<void>) =>
    Promise.all(running.map(({ meter }) => act(meter)));
  const openWindow = ({ trial, meter, collectorProcess }: Running): void => {
    meter.open();
    collectorProcess?.openWindow();
    // a sink that has died fails the next question
    sink.windowOpen(trial.id).catch(() => undefined);
  };
  await eachMeter((meter) => meter.collectGarbage());
  const lanes = await load.run(loadJobOf(setting, running), {
    warm: async () => {
      const cores = bench.pinning?.target;
      if (cores !== undefined) for (const { target } of running) target.pin(cores);
      await eachMeter((meter) => meter.settle());
    },
    opened: () => running.forEach(openWindow),
    closed: () => running.forEach(({ meter }) => meter.drained()),
  });
  await eachMeter((meter) => meter.close());
  const groupCoreShare = running.reduce((sum, { meter }) => sum + meter.coreShare, 0);
  const collectorsShare = running.reduce((sum, { meter }) => sum + meter.collectorShare, 0);
  return Promise.all(
    running.map(async (one) => {
      const lane = lanes.find(({ target: id }) => id === one.trial.id)!;
      const ledgerReading = await readLedger(sink, one);
      if (lane.completed === 0) return failedRecord(one.trial, startedAt, new Error(noAnswers(lane)));
      const fidelity = await readFidelity(setting, one, lane, ledgerReading);
      const { warnings } = bench;
      const group = { groupCoreShare, collectorsShare };
      return recordOf({ ...one, setting, lane, ledgerReading, startedAt, warnings, fidelity, ...group });
    }),
  );
}

function noAnswers({ sent, errors, timeouts }: LoadResult): string {
  return `none of ${sent} requests was answered: ${errors} broke off, ${timeouts} timed out`;
}
