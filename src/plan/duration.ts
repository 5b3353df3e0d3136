import { phaseRow, type Phase } from "../spec/phases.ts";
import { settleMs } from "../spec/shared-processes.ts";
import type { Scenario } from "../spec/scenario.ts";
import { isHeir } from "./heirs.ts";
import type { Plan, Trial } from "./plan.ts";

/** What a group takes beside its load: start, flush and shutdown; or, in processes that are warm, the flush alone. */
export interface Overhead {
  readonly startedMs: number;
  readonly warmMs: number;
}

/** Before any is measured. */
const OVERHEAD: Overhead = { startedMs: 700, warmMs: 200 };

type Windows = Pick<Scenario, "warmupMs" | "warmupLeast" | "durationMs">;

/** The trials that are measured at once, in the order of the plan. */
export function groupsOf(trials: readonly Trial[]): Trial[][] {
  return [...Map.groupBy(trials, (trial) => trial.block).values()];
}

/** How long a group is under load, in ms. */
export function loadMs(plan: Pick<Plan, "sharesProcesses">, [trial]: readonly Trial[], windows: Windows): number {
  const { phase } = trial!;
  return (isHeir(plan, trial!) ? settleMs(windows, phase) : warmupMs(windows, phase)) + windows.durationMs[phase];
}

/** Midway between least and most if it depends on the machine, in ms. */
function warmupMs({ warmupMs, warmupLeast }: Windows, phase: Phase): number {
  const mostMs = warmupMs[phase];
  const leastMs = phaseRow(phase).warmupLeast && warmupLeast?.ms;
  return leastMs === undefined ? mostMs : (Math.min(leastMs, mostMs) + mostMs) / 2;
}

/** How long the trials of a plan will take, in ms. */
export function plannedDurationMs(
  plan: Pick<Plan, "trials" | "sharesProcesses">,
  windows: Windows,
  { startedMs, warmMs }: Overhead = OVERHEAD,
): number {
  const groups = groupsOf(plan.trials);
  return groups.reduce(
    (sum, group) => sum + loadMs(plan, group, windows) + (isHeir(plan, group[0]!) ? warmMs : startedMs),
    0,
  );
}
