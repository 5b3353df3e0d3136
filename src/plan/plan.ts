import { deriveSeed, seededRandom, shuffled } from "../base/random.ts";
import type { Scenario } from "../spec/scenario.ts";
import {
  samplerSpec,
  type BackendSpec,
  type ExporterSpec,
  type ProcessorSpec,
  type SamplerSpec,
} from "../spec/specs.ts";
import { phaseRow, roundsOf } from "../spec/phases.ts";
import type { Phase } from "../spec/phases.ts";
import { partText, type Plan, type Trial, type Variant } from "./trial.ts";

export const BASELINE = "none" as const;
export const REFERENCE = "always_on";
const USUAL = { processor: "batch", exporter: "otlp-http/protobuf", backend: "healthy" };

/** The product of the scenario's axes, and what it is measured against: `none`, and `always_on` with the same axes. */
export function variantsOf(scenario: Scenario): Variant[] {
  const references = [BASELINE, ...(scenario.reference ? [REFERENCE] : [])].map((text) => samplerSpec.parse(text));
  const variants = [...references, ...scenario.samplers].flatMap((sampler) =>
    pipelinesOf(sampler, scenario)
      .flatMap((variant) => withInstrumentations(variant, scenario))
      .flatMap((variant) => withCollectors(variant, scenario))
      .flatMap((variant) => withNodes(variant, scenario)),
  );
  return [...new Map(variants.map((variant) => [variant.id, variant])).values()];
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

/** The same once for each Collector that it exports to. */
function withCollectors(variant: Variant, { collectors }: Scenario): Variant[] {
  if (variant.exporter === undefined) return [variant];
  return collectors.map((collector) =>
    collector.kind.program === undefined
      ? variant
      : { ...variant, id: `${variant.id} ${partText("collector", collector.text)}`, collector },
  );
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

/** The plan of a scenario: rounds of randomised blocks. Pure: the same scenario gives the same plan. */
export function planOf(scenario: Scenario): Plan {
  const variants = variantsOf(scenario);
  const plan: Plan = { seed: scenario.seed, variants, trials: [] };
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
  let block = plan.trials.reduce((last, trial) => Math.max(last, trial.block), 0);
  return phases.flatMap((phase) => {
    const seed = deriveSeed(plan.seed, phase, round);
    const order = shuffled(
      plan.variants.map((variant) => variant.id),
      seededRandom(deriveSeed(seed, "order")),
    );
    const sideBySide = phaseRow(phase).layout === "side by side";
    if (sideBySide) block++;
    return order.map((variant, position) => ({
      id: `${phase}-${round}-${position + 1}`,
      block: sideBySide ? block : ++block,
      round,
      phase,
      variant,
      seed,
    }));
  });
}
