import type { Scenario } from "../spec/scenario.ts";
import { addRounds, planOf } from "./plan.ts";
import type { Build, Plan, Variant } from "./trial.ts";

/** The plan of a scenario with every variant once for each build, so that all run side by side in the same rounds. */
export function planOfBuilds(scenario: Scenario, builds: readonly Build[]): Plan {
  const { variants, ...planned } = planOf(scenario);
  const plan: Plan = {
    ...planned,
    builds: [...builds],
    variants: builds.flatMap(({ label }) =>
      variants.map((variant) => ({ ...variant, id: `${variant.id} @${label}`, build: label })),
    ),
    trials: [],
  };
  addRounds(plan, scenario);
  return plan;
}

/** The same variant in both builds. Builds list their variants in the same order. */
export function pairsOfBuilds({ variants }: Pick<Plan, "variants">, base: Build, candidate: Build) {
  const of = ({ label }: Build): Variant[] => variants.filter(({ build }) => build === label);
  const after = of(candidate);
  return of(base).map(({ id: name }, index) => ({ base: name, candidate: after[index]!.id }));
}
