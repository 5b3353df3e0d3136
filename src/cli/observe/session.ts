import { UserError } from "../../base/problem.ts";
import { formatDuration } from "../../base/units.ts";
import type { Trial } from "../../plan/plan.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { withObservedRate } from "../../observe/as-scenario.ts";
import { setVariants } from "../../observe/drive.ts";
import { checkQueries, readRound, waitFor, type Asking } from "../../observe/observe-round.ts";
import { NoAnswer, type Span } from "../../observe/prometheus.ts";
import { failedTrial, recordsOfRound } from "../../observe/round-records.ts";
import type { Scenario } from "../../spec/scenario.ts";
import { RunFile } from "../bench/run-file.ts";
import { onInterrupt } from "../interrupt.ts";

interface ObserveSession extends Omit<Asking, "signal"> {
  readonly scenario: Scenario;
  readonly file: RunFile;
  readonly drives: boolean;
  readonly print: (line: string) => void;
}

/** Observes the rounds that are left: each is in the journal before the next begins. */
export async function observeSession(
  session: ObserveSession,
): Promise<ReturnType<RunFile["close"]> & { readonly code: number | undefined }> {
  const { file, scenario } = session;
  const interruption = onInterrupt();
  const asking: Asking = { ...session, signal: interruption.signal };
  try {
    await checkQueries(asking);
    for (const [round, trials] of Map.groupBy(file.trialsLeft, (trial) => trial.round)) {
      if (interruption.signal.aborted) break;
      session.print(`round ${round} of ${asking.observation.rounds}`);
      file.add(await observeRound(session, asking, round, trials));
    }
  } catch (error) {
    const isOver = interruption.signal.aborted;
    if (!isOver) file.discardEmpty();
    if (error instanceof NoAnswer && !isOver)
      throw new UserError(`--prometheus "${session.origin.href}": no answer: ${error.message}`);
    if (!isOver) throw error;
  } finally {
    interruption.dispose();
  }
  const ending = interruption.signal.aborted ? "interrupted" : "completed";
  return { ...file.close(ending, withObservedRate(scenario, file.records)), code: interruption.code() };
}

/** The records of one round, or the reason why it could not be observed. */
async function observeRound(
  { file, drives, print }: ObserveSession,
  asking: Asking,
  round: number,
  trials: readonly Trial[],
): Promise<TrialRecord[]> {
  const { observation, signal } = asking;
  const previousEndMs = lastEndBefore(file.records, round);
  const beginMs = Date.now();
  const failure = drives ? await setVariants(observation, round, signal) : undefined;
  if (failure !== undefined) {
    print(failure);
    return trials.map((trial) => failedTrial(trial, beginMs, failure));
  }
  const startMs = Date.now();
  const span: Span = observation.times?.[round - 1] ?? {
    startMs,
    endMs: startMs + observation.settleMs + observation.lengthMs,
  };
  if (span.endMs > Date.now())
    print(`  until ${new Date(span.endMs).toISOString()}, ${formatDuration(span.endMs - span.startMs)}`);
  await waitFor(asking, span);
  const records = recordsOfRound(trials, { span, windows: await readRound(asking, span), previousEndMs });
  const messages = new Set(
    records.flatMap(({ warnings }) => warnings.map(({ code, message }) => `  ${code}: ${message}`)),
  );
  for (const message of messages) print(message);
  return records;
}

/** When the round before ended. */
function lastEndBefore(records: readonly TrialRecord[], round: number): number | undefined {
  const earlier = records.filter(({ trial, ending }) => trial.round < round && ending === "completed");
  if (earlier.length === 0) return undefined;
  return Math.max(...earlier.map(({ startedAt, tookMs }) => Date.parse(startedAt) + tookMs));
}
