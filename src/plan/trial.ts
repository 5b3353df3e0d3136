import { z } from "zod";
import { addedInstrumentation } from "../spec/instrumentations.ts";
import { phaseSchema } from "../spec/phases.ts";
import {
  backendSpec,
  collectorSpec,
  exporterSpec,
  instrumentationSpec,
  processorSpec,
  samplerSpec,
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

/** What variants can differ in besides the sampler, in the order of reports. */
export const AXES = ["instrumentation", "processor", "exporter", "backend", "collector", "otel", "node"] as const;
export type Axis = (typeof AXES)[number];

export function axisText(variant: Omit<Variant, "id">, axis: Axis): string | undefined {
  const value = variant[axis];
  return typeof value === "object" ? value.text : value;
}

const VERSIONS = ["otel", "node"] as const;

/** The version in which two variants differ, if they differ in nothing else. */
export function versionAxis(one: Variant, other: Variant): (typeof VERSIONS)[number] | undefined {
  return VERSIONS.find((axis) => axis === onlyAxis(one, other));
}

/** The instrumentation that `more` has and `fewer` lacks, if they differ in nothing else. */
export function pricedInstrumentation(more: Variant, fewer: Variant): string | undefined {
  if (onlyAxis(more, fewer) !== "instrumentation") return undefined;
  return addedInstrumentation(more.instrumentation!.text, fewer.instrumentation!.text);
}

function onlyAxis(one: Variant, other: Variant): Axis | undefined {
  if (one.sampler.text !== other.sampler.text || one.build !== other.build) return undefined;
  const [only, ...others] = AXES.filter((axis) => axisText(one, axis) !== axisText(other, axis));
  return others.length === 0 ? only : undefined;
}

/** The part of a variant's name. */
export function partText(axis: Axis, text: string): string {
  if (axis === "collector") return `via ${text}`;
  return axis === "otel" || axis === "node" ? `${axis} ${text}` : text;
}

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
