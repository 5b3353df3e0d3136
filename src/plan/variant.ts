import { z } from "zod";
import {
  backendSpec,
  collectorSpec,
  exporterSpec,
  instrumentationSpec,
  processorSpec,
  samplerSpec,
  type CollectorSpec,
  type SamplerSpec,
  type Scenario,
} from "../spec/scenario.ts";

/** One tracing configuration. An untraced one (`none`, `noop`) has no processor, exporter and backend. */
export const variantSchema = z.object({
  /** The sampler, and then whatever is not the default: `ratio:0.1 batch:queue=64`. Unique within a plan. */
  id: z.string(),
  sampler: samplerSpec,
  /** Absent: that of the target. */
  instrumentation: instrumentationSpec.optional(),
  processor: processorSpec.optional(),
  exporter: exporterSpec.optional(),
  backend: backendSpec.optional(),
  /** Absent without one. */
  collector: collectorSpec.optional(),
  /** Version of OpenTelemetry's SDK, if it is not the one that Spantoll brings. */
  otel: z.string().optional(),
  /** Version of Node, if several are measured side by side. */
  node: z.string().optional(),
  /** In a plan of `observe`: whether the others are compared with it. Absent: it is the baseline if it has no tracing. */
  baseline: z.boolean().optional(),
  /** Label of the build, if two commits are measured side by side (`bench --base`). */
  build: z.string().optional(),
});
export type Variant = z.infer<typeof variantSchema>;

/** What variants can differ in other than the sampler, in the order of reports. */
export const AXES = ["instrumentation", "processor", "exporter", "backend", "collector", "otel", "node"] as const;
export type Axis = (typeof AXES)[number];

export function axisText(variant: Omit<Variant, "id">, axis: Axis): string | undefined {
  const value = variant[axis];
  return typeof value === "object" ? value.text : value;
}

const VERSIONS = ["otel", "node"] as const;

/** The version in which two variants differ, if they differ in nothing else. */
export function versionAxis(one: Variant, other: Variant): (typeof VERSIONS)[number] | undefined {
  if (one.sampler.text !== other.sampler.text || one.build !== other.build) return undefined;
  const [only, ...others] = AXES.filter((axis) => axisText(one, axis) !== axisText(other, axis));
  return others.length === 0 ? VERSIONS.find((axis) => axis === only) : undefined;
}

/** The part of a variant's name. */
export function partText(axis: Axis, text: string): string {
  if (axis === "collector") return `via ${text}`;
  return axis === "otel" || axis === "node" ? `${axis} ${text}` : text;
}

export const BASELINE = "none" as const;
export const REFERENCE = "always_on";
/** Whether the other variants are compared with it. */
export function isBaseline({ sampler, baseline }: Variant): boolean {
  return baseline ?? sampler.text === BASELINE;
}

/** The name of the baseline that two files have in common: `none`, or that of an observation. */
export function baselineOf({ variants }: { readonly variants: readonly Variant[] }): string {
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
