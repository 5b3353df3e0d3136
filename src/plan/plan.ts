import { deriveSeed, seededRandom, shuffled } from "../base/random.ts";
import { collectorSpec, samplerSpec, type CollectorSpec, type SamplerSpec, type Scenario } from "../spec/scenario.ts";
import { phaseRow, type Phase } from "../spec/phases.ts";
import { sharesProcesses } from "../spec/shared-processes.ts";
import { AXES, axisText, partText, type Axis, type Build, type Plan, type Trial, type Variant } from "./trial.ts";

export const BASELINE = "none" as const;
export const REFERENCE = "always_on";
/** Whether the other variants are compared with it. */
export function isBaseline({ sampler, baseline }: Variant): boolean {
  return baseline ?? sampler.text === BASELINE;
}

/** The name of the baseline that two files have in common: `none`, or that of an observation. */
export function baselineOf({ variants }: Pick<Plan, "variants">): string {
  return variants.find(({ baseline }) => baseline === true)?.id ?? BASELINE;
}

/**
 * The name of the variant that `name` is compared with: the one that differs in its sampler only, which is `reference`,
 * of the same build on the same Node; or an untraced reference, which has no other parts. Undefined if it is not clear.
 */
export function referenceOf(name: string, reference: string, variants: readonly Variant[]): string | undefined {
  const own = variants.find((variant) => variant.id === name);
  const candidates = variants.filter(
    (variant) =>
      (reference === BASELINE ? isBaseline(variant) : variant.sampler.text === reference) &&
      variant.build === own?.build &&
      variant.node === own?.node,
  );
  if (candidates.length <= 1) return candidates[0]?.id ?? reference;
  const untraced = candidates.find(({ sampler }) => !sampler.kind.traced);
  const twin = candidates.find((candidate) =>
    AXES.every((axis) => axisText(candidate, axis) === (own && axisText(own, axis))),
  );
  return (untraced ?? twin)?.id;
}

/**
 * The product of the scenario's axes, or its list of pairs with the other axes, and what it is measured against: `none`,
 * and `always_on` with the same axes. Of a service that runs already, nothing but itself: whether it is traced is unknown.
 */
export function variantsOf(scenario: Scenario): Variant[] {
  if (scenario.target.kind.address !== undefined)
    return [{ id: "as it runs", sampler: samplerSpec.parse(BASELINE), baseline: false }];
  const variants = pairsOf(scenario).flatMap((pair) => variantsOfPair(pair, scenario));
  return [...new Map(variants.map((variant) => [variant.id, variant])).values()];
}

/** Beside a list of pairs, `always_on` is measured without a Collector. */
function pairsOf({ variants, samplers, collectors, reference }: Scenario): Scenario["variants"] {
  const references = [BASELINE, ...(reference ? [REFERENCE] : [])].map((text) => samplerSpec.parse(text));
  const each = (all: readonly SamplerSpec[], via: readonly CollectorSpec[]): Scenario["variants"] =>
    all.flatMap((sampler) => via.map((collector) => ({ sampler, collector })));
  if (variants.length > 0) return [...each(references, [collectorSpec.parse("none")]), ...variants];
  return each([...references, ...samplers], collectors);
}

/** What a variant has that its name leaves out, by axis. */
const USUAL = { processor: "batch", exporter: "otlp-http/protobuf", backend: "healthy" };

/** A pair with each combination of the other axes. `none` has no instrumentation and no SDK, and an untraced variant exports nothing. */
function variantsOfPair({ sampler, collector }: Scenario["variants"][number], scenario: Scenario): Variant[] {
  const { target, processors, exporters, backends, instrumentations, otels, nodes } = scenario;
  const { traced } = sampler.kind;
  const isInstrumented = sampler.text !== BASELINE;
  // in the order of the name
  const axes: { readonly [A in Axis]: readonly NonNullable<Variant[A]>[] } = {
    processor: traced ? processors : [],
    exporter: traced ? exporters : [],
    backend: traced ? backends : [],
    instrumentation: isInstrumented ? instrumentations : [],
    collector: traced && collector.kind.program !== undefined ? [collector] : [],
    otel: isInstrumented ? otels : [],
    // the baseline too: it is compared with on the same Node
    node: nodes.length > 1 ? nodes : [],
  };
  const order = Object.keys(axes) as Axis[];
  const usual = {
    ...USUAL,
    instrumentation: target.kind.instrumented,
    otel: otels.length === 1 ? otels[0] : undefined,
  };
  const nameOf = (variant: Omit<Variant, "id">): string => {
    const parts = order.flatMap((axis) => {
      const text = axisText(variant, axis);
      return text === undefined || text === (usual as Partial<Record<Axis, string>>)[axis]
        ? []
        : [partText(axis, text)];
    });
    return [sampler.text, ...parts].join(" ");
  };
  let variants: Omit<Variant, "id">[] = [{ sampler }];
  for (const axis of order)
    if (axes[axis].length > 0)
      variants = variants.flatMap((variant) => axes[axis].map((value) => ({ ...variant, [axis]: value })));
  return variants.map((variant) => ({ id: nameOf(variant), ...variant }));
}

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
