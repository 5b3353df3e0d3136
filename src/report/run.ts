import { commonRounds } from "../estimate/rounds.ts";
import type { Estimate } from "../estimate/estimate.ts";
import type { Phase, Variant } from "../plan/trial.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord } from "../record/trial-record.ts";

/** A variant as the reader meets it: `label` leaves out what all traced variants share. */
export interface ShownVariant {
  readonly name: string;
  readonly label: string;
  /** `none` is compared with, `reference` is measured for orientation, `asked` is what the run is about. */
  readonly role: "none" | "reference" | "asked";
  readonly variant: Variant;
}

/** Results and estimates, ready to be asked. */
export interface Run {
  readonly results: Results;
  readonly estimates: readonly Estimate[];
  readonly variants: readonly ShownVariant[];
  /** What the run is about; never empty unless the plan is. */
  readonly asked: readonly ShownVariant[];
  /** `against` is a variant's name; absent for the absolute figure. */
  find(phase: Phase, variant: string, metric: string, against?: string): Estimate | undefined;
  /** The ratio to no tracing (of the same build, where there are several). */
  againstNone(phase: Phase, variant: string, metric: string): Estimate | undefined;
  /** Trials of a variant that came to their end, valid or not. */
  finished(variant: string, phase?: Phase): readonly TrialRecord[];
  /** How many rounds of a phase have a valid trial of every variant that has any. */
  commonRounds(phase: Phase): number;
}

const BASELINE = "none";
export const AXES = ["sampler", "processor", "exporter", "backend"] as const;

export function runOf(results: Results, estimates: readonly Estimate[]): Run {
  const byKey = new Map<string, Estimate>();
  for (const estimate of estimates) {
    const key = keyOf(
      estimate.phase,
      estimate.variant,
      estimate.metric,
      estimate.unit === "ratio" ? estimate.against : undefined,
    );
    if (estimate.against === undefined || estimate.unit === "ratio") byKey.set(key, estimate);
  }
  const byVariant = Map.groupBy(
    results.records.filter((record) => record.ending === "completed"),
    (record) => record.trial.variant,
  );
  const variants = shownVariants(results);
  const asked = variants.filter((variant) => variant.role === "asked");
  const find: Run["find"] = (phase, variant, metric, against) => byKey.get(keyOf(phase, variant, metric, against));
  const untraced = variants.filter(({ role }) => role === "none");
  const finished: Run["finished"] = (variant, phase) =>
    (byVariant.get(variant) ?? []).filter((record) => phase === undefined || record.trial.phase === phase);
  const validRounds = (variant: string, phase: Phase): Map<number, TrialRecord> =>
    new Map(
      finished(variant, phase)
        .filter(({ valid }) => valid)
        .map((record) => [record.trial.round, record]),
    );
  return {
    results,
    estimates,
    variants,
    againstNone: (phase, variant, metric) =>
      untraced.map(({ name }) => find(phase, variant, metric, name)).find((ratio) => ratio !== undefined),
    asked: asked.length > 0 ? asked : variants.filter((variant) => variant.role !== "none"),
    find,
    finished,
    commonRounds: (phase) =>
      commonRounds(variants.map(({ name }) => validRounds(name, phase)).filter(({ size }) => size > 0)).size,
  };
}

function keyOf(phase: string, variant: string, metric: string, against: string | undefined): string {
  return JSON.stringify([phase, variant, metric, against]);
}

/** Axes on which all traced variants agree: told once, above the tables. */
export function sharedAxes(variants: readonly Variant[]): ReadonlyMap<(typeof AXES)[number], string> {
  const traced = variants.filter((variant) => variant.processor !== "none");
  return new Map(
    AXES.slice(1)
      .filter((axis) => new Set(traced.map((variant) => variant[axis])).size === 1)
      .map((axis) => [axis, traced[0]![axis]]),
  );
}

function shownVariants({ plan, scenario }: Results): ShownVariant[] {
  const shared = sharedAxes(plan.variants);
  return plan.variants.map((variant) => ({
    name: variant.id,
    label: labelOf(variant, shared),
    role: variant.sampler === BASELINE ? "none" : scenario.samplers.includes(variant.sampler) ? "asked" : "reference",
    variant,
  }));
}

function labelOf(variant: Variant, shared: ReadonlyMap<string, string>): string {
  const told = AXES.slice(1).filter((axis) => shared.has(axis) && variant.id.includes(` ${variant[axis]}`));
  return told.reduce((label, axis) => label.replace(` ${variant[axis]}`, ""), variant.id);
}
