import type { Warning } from "../../record/trial-record.ts";
import type { Readings } from "../measure/readings.ts";
import { programOf } from "../processes/listeners.ts";

/** Of a service that was not started here. */
export function notRestarted({ setting, target }: Readings): Warning | undefined {
  if (setting.scenario.target.kind.address === undefined) return undefined;
  const listeners = (target?.listeners ?? []).map((pid) => `${programOf(pid)} (process ${pid})`);
  const whose =
    target?.doubt === undefined
      ? `CPU and memory are those of ${listeners.join(", ")} and its descendants`
      : `its CPU and memory are unknown, because ${target.doubt}`;
  return {
    code: "not-restarted",
    message: `the service ran before and after: rounds are repetitions within one process, not restarts, and it is not pinned; ${whose}`,
    fix: 'to measure restarts, give its command: --target command:"..."',
  };
}
