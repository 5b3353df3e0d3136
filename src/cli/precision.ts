import { takeLook } from "../estimate/precision.ts";
import { trialsOfRound } from "../plan/plan.ts";
import type { Phase, Plan } from "../plan/trial.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { Scenario } from "../spec/scenario.ts";
import type { Extension } from "./session.ts";

/** For `--precision`: looks at what is measured, and plans further rounds or says why there are none. */
export function extendFor(scenario: Scenario): (records: readonly TrialRecord[], plan: Plan) => Extension {
  // more rounds of the phases that the wish is about: cost where it is measured
  const phases: readonly Phase[] = scenario.phases.includes("cost") ? ["cost"] : scenario.phases;
  return (records, plan) => {
    if (scenario.precision === undefined) return { trials: [] };
    const look = takeLook(records, scenario, { variants: plan.variants, seed: plan.seed });
    if (look.decision !== "continue") return { trials: [], note: `--precision: ${look.message}` };
    const last = plan.trials.reduce((most, { round }) => Math.max(most, round), 0);
    const longer: Plan = { ...plan, trials: [...plan.trials] };
    for (let round = last + 1; round <= look.rounds; round++)
      longer.trials.push(...trialsOfRound(longer, round, phases));
    return { trials: longer.trials.slice(plan.trials.length), note: `--precision: ${look.message}` };
  };
}
