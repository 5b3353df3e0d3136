import type { Trial } from "../plan/index.ts";
import type { TrialRecord } from "../record/index.ts";
import { Bench } from "./bench.ts";
import { runBlock, type Setting } from "./block.ts";

/** What a run tells while it goes on. */
export interface RunEvents {
  /** A block is about to start. */
  starting(block: readonly Trial[], done: number, total: number): void;
  /** Its records; they must be on disk when this resolves, since the next block starts then. */
  finished(records: readonly TrialRecord[]): Promise<void>;
  /** All planned trials are done: more of them, or none to end. */
  extend(): readonly Trial[];
}

/**
 * Runs the trials of the plan that are not in `done`, block by block, until there are none or `signal` fires.
 * A block of which some trials are done runs again whole: its trials are measured side by side.
 */
export async function runPlan(
  setting: Setting,
  done: ReadonlySet<string>,
  events: RunEvents,
  signal: AbortSignal,
): Promise<void> {
  const bench = new Bench();
  try {
    const blocks = blocksOf(setting.plan.trials).filter((block) => block.some(({ id }) => !done.has(id)));
    for (let index = 0; ; index++) {
      if (index === blocks.length) blocks.push(...blocksOf(events.extend()));
      if (index === blocks.length) break;
      events.starting(blocks[index]!, index, blocks.length);
      if (signal.aborted) break;
      await events.finished(await runBlock(bench, setting, blocks[index]!, signal));
      if (signal.aborted) break;
    }
  } finally {
    await bench.close();
  }
}

export function blocksOf(trials: readonly Trial[]): Trial[][] {
  return [...Map.groupBy(trials, (trial) => trial.block).values()];
}
