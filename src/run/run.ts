import { groupsOf } from "../plan/duration.ts";
import { heirsOf } from "../plan/heirs.ts";
import type { Trial } from "../plan/plan.ts";
import { hasRightAnswers, type TrialRecord } from "../record/trial-record.ts";
import { Bench } from "./bench.ts";
import { ControlFailure } from "./target/control-failure.ts";
import { Deadline } from "./processes/deadline.ts";
import { controlOwnSdk } from "./own-sdk-control.ts";
import { runGroup, type GroupOutcome } from "./group.ts";
import { missingGroups, Outcomes } from "./outcomes.ts";
import type { CheckLine } from "./check/check-line.ts";
import { preparePrograms } from "./target/plain-programs.ts";
import type { Setting } from "./setting.ts";
import { allowanceMs } from "./stage-times.ts";

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

/** Without the control, figures could be wrong. */
function failControl(error: Error): never {
  throw error instanceof ControlFailure ? error : new ControlFailure(`the control of the service: ${error.message}`);
}
