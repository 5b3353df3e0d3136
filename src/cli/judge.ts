import { judge } from "../estimate/index.ts";
import type { Evidence, Fidelity, Variant } from "../record/index.ts";
import type { Scenario } from "../spec/index.ts";
import { samplers } from "../subject/index.ts";

/** Judges what a variant kept, knowing what its sampler promises. */
export function judgeVariant(evidence: Evidence, variant: Variant, scenario: Scenario): Fidelity {
  const { kind, config } = samplers.parse(variant.sampler);
  return judge(evidence, { inclusion: kind.inclusion?.(config), incident: scenario.incident });
}
