import { deriveSeed, seededRandom, shuffled } from "../base/random.ts";
import {
  collectorSpec,
  samplerSpec,
  type BackendSpec,
  type CollectorSpec,
  type ExporterSpec,
  type ProcessorSpec,
  type SamplerSpec,
  type Scenario,
} from "../spec/scenario.ts";
import { phaseRow, type Phase } from "../spec/phases.ts";
import { sharesProcesses } from "../spec/shared-processes.ts";
import { roundsOf } from "./rounds.ts";
import { AXES, axisText, partText, type Plan, type Trial, type Variant } from "./trial.ts";

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

const USUAL = { processor: "batch", exporter: "otlp-http/protobuf", backend: "healthy" };

/**
 * The product of the scenario's axes, or its list of pairs with the other axes, and what it is measured against: `none`,
 * and `always_on` with the same axes. Of a service that runs already, nothing but itself: whether it is traced is unknown.
 */
export function variantsOf(scenario: Scenario): Variant[] {
  if (scenario.target.kind.address !== undefined)
    return [{ id: "as it runs", sampler: samplerSpec.parse(BASELINE), baseline: false }];
  const variants = pairsOf(scenario).flatMap(({ sampler, collector }) =>
    pipelinesOf(sampler, scenario)
      .flatMap((variant) => withInstrumentations(variant, scenario))
      .map((variant) => withCollector(variant, collector))
      .flatMap((variant) => withOtels(variant, scenario))
      .flatMap((variant) => withNodes(variant, scenario)),
  );
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

function pipelinesOf(sampler: SamplerSpec, { processors, exporters, backends }: Scenario): Variant[] {
  if (!sampler.kind.traced) return [{ id: sampler.text, sampler }];
  return processors.flatMap((processor) =>
    exporters.flatMap((exporter) => backends.map((backend) => nameVariant({ sampler, processor, exporter, backend }))),
  );
}

/** The same once for each instrumentation that the scenario names. The baseline has none. */
function withInstrumentations(variant: Variant, { instrumentations, target }: Scenario): Variant[] {
  if (instrumentations.length === 0 || variant.id === BASELINE) return [variant];
  return instrumentations.map((instrumentation) => {
    const unusual = instrumentation.text === target.kind.instrumented ? [] : [instrumentation.text];
    return { ...variant, id: [variant.id, ...unusual].join(" "), instrumentation };
  });
}

function withCollector(variant: Variant, collector: CollectorSpec): Variant {
  if (variant.exporter === undefined || collector.kind.program === undefined) return variant;
  return { ...variant, id: `${variant.id} ${partText("collector", collector.text)}`, collector };
}

/** The same once for each version of the SDK. The baseline has none. */
function withOtels(variant: Variant, { otels }: Scenario): Variant[] {
  if (otels.length === 0 || variant.sampler.text === BASELINE) return [variant];
  return otels.map((otel) => {
    const name = otels.length < 2 ? [] : [partText("otel", otel)];
    return { ...variant, id: [variant.id, ...name].join(" "), otel };
  });
}

/** The same once for each Node, if there are several. The baseline too: it is compared with on the same Node. */
function withNodes(variant: Variant, { nodes }: Scenario): Variant[] {
  if (nodes.length < 2) return [variant];
  return nodes.map((node) => ({ ...variant, id: `${variant.id} ${partText("node", node)}`, node }));
}

interface Parts {
  readonly sampler: SamplerSpec;
  readonly processor: ProcessorSpec;
  readonly exporter: ExporterSpec;
  readonly backend: BackendSpec;
}

function nameVariant(parts: Parts): Variant {
  const unusual = (["processor", "exporter", "backend"] as const).flatMap((axis) =>
    parts[axis].text === USUAL[axis] ? [] : [parts[axis].text],
  );
  return { id: [parts.sampler.text, ...unusual].join(" "), ...parts };
}

/** The plan of a scenario: rounds, each with its variants in a shuffled order. Pure: the same scenario gives the same plan. */
export function planOf(scenario: Scenario): Plan {
  const variants = variantsOf(scenario);
  const shared = sharesProcesses(scenario) ? { sharesProcesses: true } : {};
  const plan: Plan = { seed: scenario.seed, variants, ...shared, trials: [] };
  addRounds(plan, scenario);
  return plan;
}

/** All rounds of the scenario, with the phases that each of them measures. */
export function addRounds(plan: Plan, { phases, rounds }: Pick<Scenario, "phases" | "rounds">): void {
  const measured = new Map(phases.map((phase) => [phase, new Set(roundsOf(phase, { phases, rounds }))]));
  for (let round = 1; round <= rounds; round++)
    plan.trials.push(
      ...trialsOfRound(
        plan,
        round,
        phases.filter((phase) => measured.get(phase)!.has(round)),
      ),
    );
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
