import { total } from "../base/sum-of.ts";
import type { Phase } from "../spec/phases.ts";
import { settleMs } from "../spec/shared-processes.ts";
import type { Scenario } from "../spec/scenario.ts";
import { isHeir } from "./heirs.ts";
import { warmupRange } from "./warm-up.ts";
import { groupsOf, type Plan } from "./plan.ts";

/** What a group takes beside its load: start, flush and shutdown; or, in processes that are warm, the flush alone. */
const OVERHEAD_MS = { started: 700, warm: 200 };

export type Windows = Pick<Scenario, "warmupMs" | "warmupLeast" | "durationMs" | "target" | "collectors">;

/** How long a group of this phase is under load, in ms: midway if its rounds differ. */
export function loadMs(plan: Pick<Plan, "sharesProcesses">, phase: Phase, windows: Windows): number {
  const { leastMs, mostMs } = warmupRange(windows, phase);
  const warmupMs = isHeir(plan, { phase }) ? settleMs(windows, phase) : (leastMs + mostMs) / 2;
  return warmupMs + windows.durationMs[phase];
}

/** How long the trials of a plan will take, in ms. `overheadMs`: as measured, by phase. */
export function plannedDurationMs(
  plan: Pick<Plan, "trials" | "sharesProcesses">,
  windows: Windows,
  overheadMs: ReadonlyMap<Phase, number> = new Map(),
): number {
  return total(groupsOf(plan.trials), ([trial]) => {
    const { phase } = trial!;
    const usualMs = isHeir(plan, { phase }) ? OVERHEAD_MS.warm : OVERHEAD_MS.started;
    return loadMs(plan, phase, windows) + (overheadMs.get(phase) ?? usualMs);
  });
}
