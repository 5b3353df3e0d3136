import { groupsOf } from "../plan/duration.ts";
import type { Trial } from "../plan/trial.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { Bench } from "./bench.ts";
import { controlOwnSdk } from "./own-sdk-control.ts";
import { runGroup } from "./group.ts";
import type { Setting } from "./setting.ts";

/** What happens in a run. */
export interface RunEvents {
  /** A group is about to start. */
  starting(group: readonly Trial[], done: number, total: number): void;
  /** Its records; they must be on disk when this resolves, since the next group starts then. */
  finished(records: readonly TrialRecord[]): Promise<void>;
  /** All planned trials are done: more of them, or none to end. */
  extend(): readonly Trial[];
  /** Every variant was tried and none could be measured: the run ends here, with the reason in these records. */
  unmeasurable?(records: readonly TrialRecord[]): void;
}

/**
 * Runs the trials of the plan that are not in `earlier`, group by group, until there are none, `signal` fires, or no
 * variant can be measured: minutes of the same failure show no more than the first.
 * A group of which some trials are done runs again whole: its trials are measured side by side.
 * Throws a `ControlFailure` if figures of the service would be wrong.
 */
export async function runPlan(
  setting: Setting,
  earlier: Iterable<TrialRecord>,
  events: RunEvents,
  signal: AbortSignal,
): Promise<void> {
  const bench = new Bench();
  try {
    const records = [...earlier];
    const done = new Set(records.map(({ trial }) => trial.id));
    let controlled = false;
    const untried = new Set(setting.plan.variants.map(({ id: name }) => name));
    let measurable = records.some(({ ending }) => ending === "completed");
    const groups = groupsOf(setting.plan.trials).filter((group) => group.some(({ id }) => !done.has(id)));
    for (let index = 0; ; index++) {
      if (index === groups.length) groups.push(...groupsOf(events.extend()));
      if (index === groups.length) break;
      events.starting(groups[index]!, index, groups.length);
      if (signal.aborted) break;
      if (!controlled) await controlOwnSdk(bench, setting, signal);
      controlled = true;
      const outcome = await runGroup(bench, setting, groups[index]!, signal);
      await events.finished(outcome.records);
      if (signal.aborted) break;
      measurable ||= outcome.measurable;
      for (const { trial } of outcome.records) untried.delete(trial.variant);
      if (!measurable && untried.size === 0 && index + 1 < groups.length) {
        events.unmeasurable?.(outcome.records);
        break;
      }
    }
  } finally {
    await bench.close();
  }
}
