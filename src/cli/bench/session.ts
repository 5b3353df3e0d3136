import { groupsOf, type Plan, type Trial, trialsOfRound } from "../../plan/plan.ts";
import { journalPath } from "../../record/journal.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Scenario } from "../../spec/scenario.ts";
import type { Phase } from "../../spec/phases.ts";
import { takeLook } from "../../estimate/precision.ts";
import type { CheckLine } from "../../run/check/check-line.ts";
import { runPlan } from "../../run/run.ts";
import { leakingNames } from "../../run/processes/clean-environment.ts";
import type { Setting } from "../../run/setting.ts";
import { onInterrupt } from "../interrupt.ts";
import { mediumOf } from "../terminal.ts";
import { checkText } from "./check.ts";
import { formatAbout, Progress } from "./progress.ts";
import { RunFile, type RunFileOptions } from "./run-file.ts";

export interface Session extends Setting, RunFileOptions {
  readonly quiet: boolean;
}

export type SessionResult = ReturnType<RunFile["close"]> & {
  /** Exit code of the signal that ended the run, if one did. */
  readonly interruptedWith: number | undefined;
};

/** Measures a plan. Every finished trial is in the journal before the next starts; the results file is written at the end. */
export async function measureSession(session: Session): Promise<SessionResult> {
  const { scenario, environment, out, quiet, kept } = session;
  const file = new RunFile(session);
  const progress = new Progress(scenario, file.plan, file.trialsLeft, { quiet });
  const interruption = onInterrupt();
  const { signal } = interruption;
  const setting: Setting = {
    ...session,
    plan: file.plan,
    governors: environment.cpu.governors,
    profileFolder: `${out.replace(/\.json$/, "")}.profiles`,
  };
  let stopped: string | undefined;
  const events = {
    starting: progress.starting.bind(progress),
    finished: async (records: readonly TrialRecord[]) => {
      file.add(records);
      progress.finished(records.map(({ trial }) => trial));
    },
    checked: (wrong: readonly CheckLine[]) => {
      for (const line of wrong) process.stderr.write(`${checkText(line, mediumOf(process.stderr))}\n`);
    },
    extend: () => {
      const { trials, note } = extendPlan(scenario, file.plan, file.records);
      if (note !== undefined) file.notes.push(note);
      file.extend(trials);
      progress.extended(trials);
      return trials;
    },
    kept: ({ url, pid }: { readonly url: string; readonly pid: number }) => {
      process.stderr.write(`Jaeger runs on at ${url}: process ${pid}; kill ${pid} ends it\n`);
    },
    stopping: (reason: string) => {
      stopped = `stopped: ${reason}`;
      process.stderr.write(`${stopped}\n`);
    },
  };
  const removed = leakingNames(process.env).filter((name) => kept?.[name] === undefined);
  if (removed.length > 0) {
    const note = `removed from the environment of the processes: ${removed.join(", ")} (--keep-env NAME keeps one)`;
    process.stderr.write(`${note}\n`);
    file.notes.push(note);
  }
  progress.print(planLine(file, progress, out));
  try {
    await runPlan(setting, file.records, events, signal);
  } catch (error) {
    file.discardEmpty();
    throw error;
  } finally {
    progress.end();
    interruption.dispose();
  }
  if (stopped !== undefined) file.notes.push(stopped);
  const closed = file.close(signal.aborted || stopped !== undefined ? "interrupted" : "completed");
  return { ...closed, interruptedWith: interruption.code() };
}

function planLine(file: RunFile, progress: Progress, out: string): string {
  const { trialsLeft } = file;
  return `${trialsLeft.length} trials in ${groupsOf(trialsLeft).length} groups, about ${formatAbout(progress.leftMs)}; journal ${journalPath(out)}`;
}

/** Further trials that `--precision` needs after all planned ones, and the reason for the decision. */
function extendPlan(
  scenario: Scenario,
  plan: Plan,
  records: readonly TrialRecord[],
): { readonly trials: readonly Trial[]; readonly note?: string } {
  if (scenario.precision === undefined) return { trials: [] };
  const phases: readonly Phase[] = scenario.phases.includes("cost") ? ["cost"] : scenario.phases;
  const look = takeLook(records, scenario, plan.variants);
  const note = `--precision: ${look.message}`;
  if (look.decision !== "continue") return { trials: [], note };
  const last = plan.trials.reduce((most, { round }) => Math.max(most, round), 0);
  const longer: Plan = { ...plan, trials: [...plan.trials] };
  for (let round = last + 1; round <= look.rounds; round++) longer.trials.push(...trialsOfRound(longer, round, phases));
  return { trials: longer.trials.slice(plan.trials.length), note };
}
