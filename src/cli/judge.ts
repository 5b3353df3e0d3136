import { judge } from "../fidelity/judge.ts";
import type { Evidence, Fidelity } from "../record/fidelity.ts";
import type { Variant } from "../plan/trial.ts";
import type { Scenario } from "../spec/scenario.ts";
import { samplers } from "../target/samplers/index.ts";

/** Judges what a variant kept, knowing what its sampler promises. */
export function judgeVariant(evidence: Evidence, variant: Variant, scenario: Scenario): Fidelity {
  const { kind, config } = samplers.parse(variant.sampler);
  return judge(evidence, { inclusion: kind.inclusion?.(config), incident: scenario.incident });
}
