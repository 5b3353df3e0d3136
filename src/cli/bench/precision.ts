import { takeLook } from "../../estimate/precision.ts";
import { trialsOfRound } from "../../plan/plan.ts";
import type { Phase } from "../../spec/phases.ts";
import type { Plan, Trial } from "../../plan/trial.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Scenario } from "../../spec/scenario.ts";

/** Further trials that `--precision` needs after all planned ones, and the reason for the decision. */
export function extendPlan(
  scenario: Scenario,
  plan: Plan,
  records: readonly TrialRecord[],
): { readonly trials: readonly Trial[]; readonly note?: string } {
  if (scenario.precision === undefined) return { trials: [] };
  const phases: readonly Phase[] = scenario.phases.includes("cost") ? ["cost"] : scenario.phases;
  const look = takeLook(records, scenario, { variants: plan.variants });
  const note = `--precision: ${look.message}`;
  if (look.decision !== "continue") return { trials: [], note };
  const last = plan.trials.reduce((most, { round }) => Math.max(most, round), 0);
  const longer: Plan = { ...plan, trials: [...plan.trials] };
  for (let round = last + 1; round <= look.rounds; round++) longer.trials.push(...trialsOfRound(longer, round, phases));
  return { trials: longer.trials.slice(plan.trials.length), note };
}
