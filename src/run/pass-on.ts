import { formatDuration } from "../base/units.ts";
import { isHeir } from "../plan/heirs.ts";
import type { Warning } from "../record/trial-record.ts";
import type { Bench } from "./bench.ts";
import type { LedgerReading } from "./measure/ledger-reading.ts";
import type { Setting } from "./setting.ts";
import type { Running } from "./running.ts";

/**
 * Passes the processes of a group that are at rest on to their next trials, for which the sink has receivers by now. All
 * of them or none: what is compared has been warmed in the same way.
 */
export async function passOn(
  bench: Bench,
  running: readonly Running[],
  readings: readonly LedgerReading[],
  areUsable: boolean,
): Promise<void> {
  for (const [at, { target, meter }] of running.entries()) {
    const { heir } = readings[at]!;
    if (heir !== undefined) bench.passOn(target, heir);
    // its counts are read: that it ends is no failure
    meter.finished = true;
  }
  const heirs = readings.flatMap(({ heir }) => heir ?? []);
  const isEach = heirs.length === running.length && running.every(({ target }) => target.ended === undefined);
  if (!areUsable || !isEach) await bench.dropPassedOn(heirs);
}

/** Of a trial that was planned to have the processes of another, and had its own. */
export function startedAfresh({ plan, scenario }: Setting, { trial, isWarm }: Running): Warning[] {
  if (isWarm || !isHeir(plan, trial)) return [];
  return [
    {
      code: "own-processes",
      message: `it started processes of its own and warmed them for at most ${formatDuration(scenario.warmupMs[trial.phase])}: those of its round had failed, had spans or requests under way, or had ended with a run that was resumed. Beside warm ones of the same round it is in no figure`,
      fix: `if all trials of a phase have this, measure that phase alone (--phase ${trial.phase}): they are then planned like that`,
    },
  ];
}
