import type { Trial } from "../plan/trial.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { Bench } from "./bench.ts";
import { runBlock } from "./block.ts";
import type { Setting } from "./setting.ts";

/** What a run tells while it goes on. */
export interface RunEvents {
  /** A block is about to start. */
  starting(block: readonly Trial[], done: number, total: number): void;
  /** Its records; they must be on disk when this resolves, since the next block starts then. */
  finished(records: readonly TrialRecord[]): Promise<void>;
  /** All planned trials are done: more of them, or none to end. */
  extend(): readonly Trial[];
  /** Every variant was tried and none could be measured: the run ends here, and these records tell why. */
  hopeless?(records: readonly TrialRecord[]): void;
}

/**
 * Runs the trials of the plan that are not in `earlier`, block by block, until there are none, `signal` fires, or nothing is to
 * be hoped for: minutes of failing in the same way tell no more than the first failure.
 * A block of which some trials are done runs again whole: its trials are measured side by side.
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
    const untried = new Set(setting.plan.variants.map(({ id: name }) => name));
    let measurable = records.some(({ ending }) => ending === "completed");
    const blocks = blocksOf(setting.plan.trials).filter((block) => block.some(({ id }) => !done.has(id)));
    for (let index = 0; ; index++) {
      if (index === blocks.length) blocks.push(...blocksOf(events.extend()));
      if (index === blocks.length) break;
      events.starting(blocks[index]!, index, blocks.length);
      if (signal.aborted) break;
      const outcome = await runBlock(bench, setting, blocks[index]!, signal);
      await events.finished(outcome.records);
      if (signal.aborted) break;
      measurable ||= outcome.measurable;
      for (const { trial } of outcome.records) untried.delete(trial.variant);
      if (!measurable && untried.size === 0 && index + 1 < blocks.length) {
        events.hopeless?.(outcome.records);
        break;
      }
    }
  } finally {
    await bench.close();
  }
}

export function blocksOf(trials: readonly Trial[]): Trial[][] {
  return [...Map.groupBy(trials, (trial) => trial.block).values()];
}
