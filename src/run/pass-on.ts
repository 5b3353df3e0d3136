import { formatDuration } from "../base/units.ts";
import { isHeir } from "../plan/heirs.ts";
import type { Warning } from "../record/trial-record.ts";
import type { Bench } from "./bench.ts";
import type { Setting } from "./setting.ts";
import type { Running } from "./starts.ts";

/**
 * Passes the processes of a group that are at rest on to their next trials, for which the sink has receivers by now. Those
 * that have started in this group only all together: what is compared has been warmed in the same way.
 */
export async function passOn(
  bench: Bench,
  running: readonly Running[],
  heirOf: (one: Running) => string | undefined,
  isAtRest: (at: number) => boolean,
  isUsable: (at: number) => boolean,
): Promise<void> {
  const isEach = running.every((one, at) => isAtRest(at) && isUsable(at) && one.target.ended === undefined);
  for (const [at, one] of running.entries()) {
    const heir = heirOf(one);
    if (heir !== undefined && isAtRest(at)) bench.passOn(one.target, heir);
    // its counts are read: that it ends is no failure
    one.meter.finished = true;
  }
  if (!isEach) await bench.dropPassedOn(running.flatMap((one) => heirOf(one) ?? []));
}

/** Of a trial that was planned to have the processes of another, and had its own. */
export function startedAfresh({ plan, scenario }: Setting, { trial, isWarm }: Running): Warning[] {
  if (isWarm || !isHeir(plan, trial)) return [];
  return [
    {
      code: "own-processes",
      message: `it started processes of its own and warmed them for ${formatDuration(scenario.warmupMs[trial.phase])}: those of its round had failed, had spans or requests under way, or had ended with a run that was resumed. Beside warm ones of the same round it is in no figure`,
      fix: `if all trials of a phase have this, measure that phase alone (--phase ${trial.phase}): they are then planned like that`,
    },
  ];
}
