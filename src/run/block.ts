import { setTimeout as sleep } from "node:timers/promises";
import type { LoadResult, LoadJob } from "../load/job.ts";
import { trialFidelity } from "../fidelity/trial-fidelity.ts";
import type { Fidelity } from "../record/fidelity.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { Trial } from "../plan/trial.ts";
import { phaseRow, rateOf } from "../plan/phases.ts";
import { requestsOf } from "../spec/workload.ts";
import { abortedRecord, failedRecord, recordOf } from "./assemble.ts";
import type { Bench } from "./bench.ts";
import { exitReason } from "./processes/child.ts";
import { closeBooks, type Books } from "./measure/ledger-reading.ts";
import type { Setting } from "./setting.ts";
import { NoneStarted, startAll, type Running } from "./starts.ts";

/** What came of a block. */
export interface BlockOutcome {
  /** In the block's order. */
  readonly records: TrialRecord[];
  /** False where the services did not start, ended in their warm-up, or completed no request. */
  readonly measurable: boolean;
}

/**
 * Runs the trials of one block, side by side if there are several, and returns what came of them.
 * One method for all phases: start, warm up under load, open the window, drain, flush, account, stop.
 * Never throws for what a trial can do: a failure is a record.
 */
export async function runBlock(
  bench: Bench,
  setting: Setting,
  trials: readonly Trial[],
  signal: AbortSignal,
): Promise<BlockOutcome> {
  const startedAt = new Date();
  const running: Running[] = [];
  const done = new AbortController();
  try {
    const interrupted = aborted(signal, done.signal);
    interrupted.catch(() => undefined);
    const helpers = Promise.all([bench.sink(), bench.load()]);
    await Promise.race([helpers, interrupted]);
    running.push(...(await startAll(bench, setting, trials, signal)));
    const measured = measure(bench, setting, running, startedAt).catch((error) => exitOr(running, error as Error));
    const records = await Promise.race([measured, anyExit(running), interrupted]);
    await Promise.all(running.map(({ target }) => target.stop()));
    // one that was measured to its end has failed only where nothing was answered
    return { records, measurable: records.some(({ ending }) => ending !== "failed") };
  } catch (error) {
    const measurable = signal.aborted || !(error instanceof NoneStarted || (await allDied(running)));
    await Promise.all(running.map(({ target }) => target.kill()));
    await bench.discard();
    const record = signal.aborted ? abortedRecord : failedRecord;
    const records = trials.map((trial) => record(trial, startedAt, error as Error));
    return { records, measurable };
  } finally {
    done.abort();
    for (const { meter } of running) meter.stop();
  }
}

/** How long after the first sign of it the end of a process is waited for. */
const EXIT_WITHIN_MS = 2000;
const UNREF = { ref: false };

/** Whether all services of the block have ended by themselves in the warm-up: only those that answer come to the window. */
async function allDied(running: readonly Running[]): Promise<boolean> {
  if (running.length === 0 || running.some(({ meter }) => meter.opened)) return false;
  const died = Promise.all(running.map(({ target }) => target.exited)).then(() => true);
  return Promise.race([died, sleep(EXIT_WITHIN_MS, false, UNREF)]);
}

/** Rejects when `signal` fires; stops listening when `until` does. */
function aborted(signal: AbortSignal, until: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const interrupt = (): void => reject(new Error("interrupted"));
    if (signal.aborted) interrupt();
    signal.addEventListener("abort", interrupt, { once: true, signal: until });
  });
}

async function measure(
  bench: Bench,
  setting: Setting,
  running: readonly Running[],
  startedAt: Date,
): Promise<TrialRecord[]> {
  const [sink, load] = await Promise.all([bench.sink(), bench.load()]);
  await Promise.all(running.map(({ meter }) => meter.collectGarbage()));
  const lanes = await load.run(jobOf(setting, running), {
    warm: async () => void (await Promise.all(running.map(({ meter }) => meter.settle()))),
    opened: () => {
      for (const { trial, meter } of running) {
        meter.open();
        // a sink that has died is told of by the next question
        sink.windowOpen(trial.id).catch(() => undefined);
      }
    },
    closed: () => running.forEach(({ meter }) => meter.drained()),
  });
  await Promise.all(running.map(({ meter }) => meter.close()));
  const blockCoreShare = running.reduce((sum, { meter }) => sum + meter.coreShare, 0);
  return Promise.all(
    running.map(async (one) => {
      const lane = lanes.find(({ target: id }) => id === one.trial.id)!;
      const books = await closeBooks(sink, one);
      if (lane.completed === 0) return failedRecord(one.trial, startedAt, new Error(noAnswers(lane)));
      const fidelity = await judged(setting, one, lane, books);
      return recordOf({ ...one, setting, lane, books, startedAt, warnings: bench.warnings, fidelity, blockCoreShare });
    }),
  );
}

function noAnswers({ sent, errors, timeouts }: LoadResult): string {
  return `none of ${sent} requests was answered: ${errors} broke off, ${timeouts} timed out`;
}

async function judged(
  setting: Setting,
  { trial, variant }: Running,
  lane: LoadResult,
  { spans, losses, ledger }: Books,
): Promise<Fidelity | undefined> {
  if (lane.requests === undefined || spans === undefined || !variant.sampler.kind.traced) return undefined;
  // where no books are kept, spans that name no request are not lost ones: nobody has told them to
  if (ledger === undefined && spans.requestId.length > 0 && spans.requestId.every(Number.isNaN)) return undefined;
  const evidence = { requests: lane.requests, spans, ...(losses && { losses }) };
  await setting.onEvidence?.(trial, evidence);
  const { kind, config } = variant.sampler;
  return trialFidelity(evidence, { inclusion: kind.probability?.(config), incident: setting.scenario.incident });
}

function jobOf({ scenario }: Setting, running: readonly Running[]): LoadJob {
  const [{ trial }] = running as [Running];
  const phase = trial.phase;
  return {
    driver: phaseRow(phase).driver,
    targets: running.map(({ trial, target }) => ({ id: trial.id, origin: target.origin })),
    requests: requestsOf(scenario),
    ...(scenario.incident && { incident: scenario.incident }),
    seed: trial.seed,
    ratePerSecond: rateOf(scenario, phase, running.length),
    arrivals: scenario.arrivals,
    connections: scenario.connections[phase],
    warmupMs: scenario.warmupMs[phase],
    durationMs: scenario.durationMs[phase],
    timeoutMs: scenario.timeoutMs,
    keepRequests: true,
  };
}

/** Rejects when a measured process ends before its time, with what it last said. */
async function anyExit(running: readonly Running[]): Promise<never> {
  const exit = await Promise.race(
    running.map(async ({ trial, target, meter }) => ({ trial, meter, exit: await target.exited })),
  );
  // a process that has told its books is meant to end: the measuring decides the race
  if (exit.meter.finished) return new Promise<never>(() => undefined);
  await sleep(50);
  throw new Error(exitReason(`the service of ${exit.trial.variant}`, exit.exit, "in mid-trial"));
}

/** A process that ends closes its connections first: where one has ended, how tells more than the question it left unanswered. */
async function exitOr(running: readonly Running[], error: Error): Promise<never> {
  await Promise.race([anyExit(running), sleep(EXIT_WITHIN_MS, undefined, UNREF)]);
  throw error;
}
