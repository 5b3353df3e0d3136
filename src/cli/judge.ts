import { trialFidelity } from "../fidelity/trial-fidelity.ts";
import type { Evidence } from "../record/evidence.ts";
import type { Fidelity } from "../record/fidelity.ts";
import type { Variant } from "../plan/trial.ts";
import type { Scenario } from "../spec/scenario.ts";

/** What a variant kept, given what its sampler promises. */
export function judgeVariant(evidence: Evidence, variant: Variant, scenario: Scenario): Fidelity {
  const { kind, config } = variant.sampler;
  return trialFidelity(evidence, { inclusion: kind.probability?.(config), incident: scenario.incident });
}
