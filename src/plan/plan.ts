import { z } from "zod";
import { deriveSeed, seededRandom, shuffled } from "../base/random.ts";
import { phaseRow, phaseSchema, type Phase } from "../spec/phases.ts";
import type { Scenario } from "../spec/scenario.ts";
import { sharesProcesses } from "../spec/shared-processes.ts";
import { variantSchema, variantsOf, type Variant } from "./variant.ts";

/** One variant in one phase of one round. Trials of the same `block` are a group: they run side by side, in this order of launch. */
export const trialSchema = z.object({
  id: z.string(),
  block: z.int(),
  round: z.int(),
  phase: phaseSchema,
  /** Canonical name. */
  variant: z.string(),
  seed: z.int(),
});
export type Trial = z.infer<typeof trialSchema>;

/** One commit of the target that `bench --base` measures. */
export const buildSchema = z.object({
  /** The ref as the user typed it. */
  label: z.string(),
  commit: z.string(),
  /** How its packages were installed. */
  packages: z.string(),
});
export type Build = z.infer<typeof buildSchema>;

/** Pure data: the same scenario and seed give the same plan. */
export const planSchema = z.object({
  seed: z.int(),
  variants: z.array(variantSchema),
  /** The two commits that are compared, base first. */
  builds: z.array(buildSchema).optional(),
  /** A round measures its other phases in the processes that it has warmed for the phase cost. Absent: each has its own. */
  sharesProcesses: z.boolean().optional(),
  trials: z.array(trialSchema),
});
export type Plan = z.infer<typeof planSchema>;

/** The plan of a scenario: rounds, each with its variants in a shuffled order. Pure: the same scenario gives the same plan. */
export function planOf(scenario: Scenario, variants: readonly Variant[] = variantsOf(scenario)): Plan {
  const { seed, phases, rounds } = scenario;
  const shared = sharesProcesses(scenario) ? { sharesProcesses: true } : {};
  const plan: Plan = { seed, variants: [...variants], ...shared, trials: [] };
  const measured = new Map(phases.map((phase) => [phase, new Set(roundsOf(phase, scenario))]));
  for (let round = 1; round <= rounds; round++) {
    const own = phases.filter((phase) => measured.get(phase)!.has(round));
    plan.trials.push(...trialsOfRound(plan, round, own));
  }
  return plan;
}

/** The plan of a scenario with every variant once for each build, so that all run side by side in the same rounds. */
export function planOfBuilds(scenario: Scenario, builds: readonly Build[]): Plan {
  const variants = variantsOf(scenario);
  const built = builds.flatMap(({ label }) =>
    variants.map((variant) => ({ ...variant, id: `${variant.id} @${label}`, build: label })),
  );
  return { ...planOf(scenario, built), builds: [...builds] };
}

/** The same variant in both builds. Builds list their variants in the same order. */
export function pairsOfBuilds({ variants }: Pick<Plan, "variants">, base: Build, candidate: Build) {
  const of = ({ label }: Build): Variant[] => variants.filter(({ build }) => build === label);
  const after = of(candidate);
  return of(base).map(({ id: name }, index) => ({ base: name, candidate: after[index]!.id }));
}

/** With fewer there is no verdict: a round that is left out must not cost one. */
const LEAST_ROUNDS = 4;

/** Which of the rounds 1 to `rounds` measure this phase: evenly spread, so that all phases see the same hours. */
export function roundsOf(phase: Phase, { phases, rounds }: Pick<Scenario, "phases" | "rounds">): number[] {
  const share = phases.length === 1 ? 1 : phaseRow(phase).roundShare;
  const count = Math.max(Math.min(rounds, LEAST_ROUNDS), Math.ceil(share * rounds));
  const upTo = (round: number): number => Math.floor((round * count) / rounds);
  return Array.from({ length: rounds }, (_, at) => at + 1).filter((round) => upTo(round) > upTo(round - 1));
}

/** The trials that are measured at once, in the order of the plan. */
export function groupsOf(trials: readonly Trial[]): Trial[][] {
  return [...Map.groupBy(trials, (trial) => trial.block).values()];
}

/** The variant of a trial. */
export function variantOf({ variants }: Pick<Plan, "variants">, { variant }: Pick<Trial, "variant">): Variant {
  return variants.find(({ id }) => id === variant)!;
}

/** One more round of the given phases, to be added to `plan.trials`: how `--precision` and resumption extend a plan. */
export function trialsOfRound(plan: Plan, round: number, phases: readonly Phase[]): Trial[] {
  let group = plan.trials.reduce((last, trial) => Math.max(last, trial.block), 0);
  return phases.flatMap((phase) => {
    const seed = deriveSeed(plan.seed, phase, round);
    const order = shuffled(
      plan.variants.map((variant) => variant.id),
      seededRandom(deriveSeed(seed, "order")),
    );
    const sideBySide = phaseRow(phase).layout === "side by side";
    if (sideBySide) group++;
    return order.map((variant, position) => ({
      id: `${phase}-${round}-${position + 1}`,
      block: sideBySide ? group : ++group,
      round,
      phase,
      variant,
      seed,
    }));
  });
}
