import { groupsOf } from "../plan/duration.ts";
import { heirsOf } from "../plan/heirs.ts";
import type { Trial } from "../plan/plan.ts";
import { hasRightAnswers, WRONG_ANSWERS, type TrialRecord } from "../record/trial-record.ts";
import { Bench } from "./bench.ts";
import { ControlFailure } from "./target/control-failure.ts";
import { Deadline } from "./processes/deadline.ts";
import { controlOwnSdk } from "./own-sdk-control.ts";
import { hungOutcome, runGroup } from "./group.ts";
import type { CheckLine } from "./check/check-line.ts";
import { preparePrograms } from "./target/plain-programs.ts";
import type { Setting } from "./setting.ts";
import { allowanceMs } from "./stage-times.ts";

const MOST_HANGS = 2;

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
 * Runs the trials of the plan that are not in `earlier`, group by group, until there are none, `signal` fires, no
 * variant can be measured, or fresh sinks and load processes do not answer either: minutes of the same failure show no
 * more than the first.
 * A group of which some trials are done runs again whole: its trials are measured side by side. Trials whose processes
 * ended with an earlier run, or with another trial that failed, start their own. A group whose services
 * hang twice in succession, and never answered, is not tried again: each time would take its whole time limit.
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
  const bench = new Bench(deadline);
  try {
    const records = [...earlier];
    const done = new Set(records.map(({ trial }) => trial.id));
    let [controlled, wasLate, answered] = [false, false, false];
    const untried = new Set(setting.plan.variants.map(({ id: name }) => name));
    let measurable = records.some(hasRightAnswers);
    const hung = new Map<string, readonly string[]>();
    const nameOf = ({ phase, variant }: Trial): string => `${phase} ${variant}`;
    const answering = new Set(records.filter(hasRightAnswers).map(({ trial }) => nameOf(trial)));
    const groups = groupsOf(setting.plan.trials).filter((group) => group.some(({ id }) => !done.has(id)));
    for (let index = 0; ; index++) {
      if (index === groups.length) groups.push(...groupsOf(events.extend()));
      if (index === groups.length) break;
      events.starting(groups[index]!, index, groups.length);
      if (signal.aborted) break;
      if (!controlled) events.checked?.(await controlOwnSdk(bench, setting, signal).catch(failControl));
      controlled = true;
      const group = groups[index]!;
      const key = group.map(nameOf).toSorted().join();
      const reasons = hung.get(key) ?? [];
      const isTried = reasons.length < MOST_HANGS || group.some((trial) => answering.has(nameOf(trial)));
      const heirs = heirsOf(setting.plan, group, groups.slice(index + 1).flat());
      if (!isTried) await bench.dropPassedOn();
      const outcome = isTried
        ? await runGroup(bench, setting, group, signal, answered, heirs)
        : hungOutcome(group, reasons[0]);
      await events.finished(outcome.records);
      if (signal.aborted) break;
      measurable ||= outcome.measurable;
      answered ||= outcome.records.some(hasRightAnswers);
      for (const { trial } of outcome.records) untried.delete(trial.variant);
      const reason = reasonOf(outcome.records[0]!);
      hung.set(key, outcome.hangs ? [...reasons, reason ?? ""] : []);
      for (const { trial } of outcome.records.filter(hasRightAnswers)) answering.add(nameOf(trial));
      if (index + 1 < groups.length && !measurable && untried.size === 0) {
        events.stopping?.(`no variant could be measured: ${reason}`);
        break;
      }
      if (index + 1 < groups.length && wasLate && outcome.isLate) {
        events.stopping?.(`two trials in succession failed for the same reason: ${reason}`);
        break;
      }
      wasLate = outcome.isLate;
    }
  } finally {
    deadline.end();
    const kept = await bench.close();
    if (kept !== undefined) events.kept?.(kept);
  }
}

/** Without the control, figures could be wrong. */
function failControl(error: Error): never {
  throw error instanceof ControlFailure ? error : new ControlFailure(`the control of the service: ${error.message}`);
}

/** How a process ended, and the cause; or how requests were answered, and the fix. */
function reasonOf({ failure, warnings }: TrialRecord): string | undefined {
  const wrong = warnings.find(({ code }) => code === WRONG_ANSWERS);
  return failure?.split("\n", 2).join(": ") ?? (wrong && `${wrong.message}: ${wrong.fix}`);
}
