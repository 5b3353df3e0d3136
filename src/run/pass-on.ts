import { formatDuration } from "../base/units.ts";
import { isHeir } from "../plan/heirs.ts";
import type { Warning } from "../record/trial-record.ts";
import type { Bench } from "./bench.ts";
import type { Setting } from "./setting.ts";
import type { Running } from "./starts.ts";

/**
 * Passes the processes of a group on to their next trials. Those that have started in it only all together: what is
 * compared has been warmed in the same way.
 */
export async function passOn(
  bench: Bench,
  running: readonly Running[],
  heirOf: (one: Running) => string | undefined,
  goesOn: (at: number) => boolean,
): Promise<void> {
  for (const [at, one] of running.entries()) {
    const heir = heirOf(one);
    if (heir !== undefined && goesOn(at)) bench.passOn(one.target, heir);
  }
  const isStart = running.some((one) => !one.isWarm && heirOf(one) !== undefined);
  if (isStart && !running.every((_, at) => goesOn(at))) await bench.dropPassedOn();
}

/** Of a trial that was planned to have the processes of another, and had its own. */
export function startedAfresh({ plan, scenario }: Setting, { trial, isWarm }: Running): Warning[] {
  if (isWarm || !isHeir(plan, trial)) return [];
  return [
    {
      code: "own-processes",
      message: `it started processes of its own and warmed them for ${formatDuration(scenario.warmupMs[trial.phase])}: those of its round had failed, had spans or requests under way, or had ended with a run that was resumed`,
      fix: `if all trials of a phase have this, measure that phase alone (--phase ${trial.phase}): they are then planned like that`,
    },
  ];
}
