import type { Scenario } from "../spec/scenario.ts";
import type { Plan, Trial } from "./trial.ts";

/** What start, flush and shutdown of a group take, before any is measured. */
const OVERHEAD_MS = 700;

/** The trials that are measured at once, in the order of the plan. */
export function groupsOf(trials: readonly Trial[]): Trial[][] {
  return [...Map.groupBy(trials, (trial) => trial.block).values()];
}

/** How long the trials of a plan will take, in ms. */
export function plannedDurationMs(
  { trials }: Pick<Plan, "trials">,
  { warmupMs, durationMs }: Pick<Scenario, "warmupMs" | "durationMs">,
  overheadMs = OVERHEAD_MS,
): number {
  const groups = groupsOf(trials).map(([{ phase } = trials[0]!]) => warmupMs[phase] + durationMs[phase] + overheadMs);
  return groups.reduce((sum, ms) => sum + ms, 0);
}
