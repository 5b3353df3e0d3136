import { planOf, trialsOfRound } from "../../plan/plan.ts";
import type { Plan, Variant } from "../../plan/trial.ts";
import type { Scenario } from "../../spec/scenario.ts";

/** A build of the service: what its variants' names end in, and the folder it runs from. */
export interface Build {
  readonly label: string;
  readonly root: string;
}

/** The names of two builds, told apart also where the same commit is measured twice. */
export function labelsOf(base: string, candidate: string): readonly [string, string] {
  return base === candidate ? [`${base} (1)`, `${candidate} (2)`] : [base, candidate];
}

/** The plan of a scenario with every variant once for each build, so that all run side by side in the same rounds. */
export function planOfBuilds(scenario: Scenario, builds: readonly Build[]): Plan {
  const { seed, variants } = planOf(scenario);
  const plan: Plan = {
    seed,
    variants: builds.flatMap(({ label }) => variants.map((variant) => buildVariant(variant, label))),
    trials: [],
  };
  for (let round = 1; round <= scenario.rounds; round++) {
    plan.trials.push(...trialsOfRound(plan, round, scenario.phases));
  }
  return plan;
}

function buildVariant(variant: Variant, label: string): Variant {
  return { ...variant, name: `${variant.name} @${label}`, build: label };
}

/** The labels of the builds in a plan, base first; empty where it measures one build only. */
export function buildsIn({ variants }: Pick<Plan, "variants">): string[] {
  return [...new Set(variants.flatMap(({ build }) => build ?? []))];
}

/** What a variant is called apart from its build. */
export function nameWithoutBuild(name: string, { variants }: Pick<Plan, "variants">): string {
  const build = variants.find((variant) => variant.name === name)?.build;
  return build === undefined ? name : name.slice(0, -` @${build}`.length);
}

/** The same variant in both builds, by name. */
export function pairsOf(
  plan: Pick<Plan, "variants">,
  base: string,
  candidate: string,
): { base: string; candidate: string }[] {
  const before = plan.variants.filter(({ build }) => build === base);
  const after = plan.variants.filter(({ build }) => build === candidate);
  return before.flatMap(({ name }) => {
    const twin = after.find((variant) => nameWithoutBuild(variant.name, plan) === nameWithoutBuild(name, plan));
    return twin === undefined ? [] : [{ base: name, candidate: twin.name }];
  });
}
