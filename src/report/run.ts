import { frontOf } from "../spec/scenario.ts";
import type { Estimate } from "../estimate/estimate.ts";
import {
  AXES,
  type Axis,
  axisText,
  BASELINE,
  baselineOf,
  isBaseline,
  referenceOf,
  partText,
  type Variant,
} from "../plan/variant.ts";
import type { Phase } from "../spec/phases.ts";
import type { Results } from "../record/results.ts";
import { isUsable, type TrialRecord } from "../record/trial-record.ts";
import { phaseText } from "./phase-sentence.ts";
import { findMetric, MAIN_THREAD } from "../record/metrics.ts";

/** A variant and the label that tables show: its sampler, and the axes on which traced variants differ. */
export interface ShownVariant {
  readonly id: string;
  readonly label: string;
  /** `baseline` is not traced, `reference` was added for orientation, `asked` is what the run is about. */
  readonly role: "baseline" | "reference" | "asked";
  readonly variant: Variant;
}

/** Results and estimates with lookups. */
export interface Run {
  readonly results: Results;
  readonly estimates: readonly Estimate[];
  readonly variants: readonly ShownVariant[];
  /** What the run is about; never empty unless the plan is. */
  readonly asked: readonly ShownVariant[];
  /** The label of the variant of this id; the id if it has none. */
  readonly labelOf: (variant: string) => string;
  /** The absolute figure. */
  find(phase: Phase, variant: string, metric: string): Estimate | undefined;
  /** What sampling kept, and what a dashboard shows of it, in one phase for all variants. */
  findKept(variant: string, metric: string): Estimate | undefined;
  /** That phase; undefined if no variant has such figures. */
  readonly keptPhase: Phase | undefined;
  /** The comparison with the baseline of the same build, or with the variant of this id. */
  compare(to: "baseline" | { readonly id: string }, phase: Phase, variant: string, metric: string): Comparison;
  /** Trials of a variant that count: completed and valid. */
  usable(variant: string, phase?: Phase): readonly TrialRecord[];
}

/** A ratio and a difference to another variant. */
export interface Comparison {
  readonly ratio?: Estimate | undefined;
  readonly difference?: Estimate | undefined;
}

export function runOf(results: Results, estimates: readonly Estimate[]): Run {
  const byFigure = Map.groupBy(estimates, ({ phase, variant, metric }) => keyOf(phase, variant, metric));
  const phaseOf = (name: string) =>
    estimates.find(({ metric, against }) => metric === name && against === undefined)?.phase;
  const keptPhase = phaseOf(KEPT_TRACES);
  const byVariant = Map.groupBy(results.records.filter(isUsable), ({ trial }) => trial.variant);
  const variants = shownVariants(results);
  const labels = new Map(variants.map(({ id, label }) => [id, label]));
  const asked = variants.filter(({ role }) => role === "asked");
  const baselines = new Set(variants.filter(({ role }) => role === "baseline").map(({ id }) => id));
  const all = (phase: Phase, variant: string, metric: string): readonly Estimate[] =>
    byFigure.get(keyOf(phase, variant, metric)) ?? [];
  const find: Run["find"] = (...key) => all(...key).find(({ against }) => against === undefined);
  return {
    results,
    estimates,
    variants,
    asked: asked.length > 0 ? asked : variants.filter(({ role }) => role !== "baseline"),
    labelOf: (variant) => labels.get(variant) ?? variant,
    find,
    findKept: (variant, metric) => {
      // a dashboard has figures also if no span names its request
      const phase = keptPhase ?? phaseOf(metric);
      return phase && find(phase, variant, metric);
    },
    keptPhase,
    compare: (to, ...key) => {
      const compared = all(...key).filter(
        ({ against }) => against !== undefined && (to === "baseline" ? baselines.has(against) : against === to.id),
      );
      return {
        ratio: compared.find(({ unit }) => unit === "ratio"),
        difference: compared.find(({ unit }) => unit !== "ratio"),
      };
    },
    usable: (variant, phase) =>
      (byVariant.get(variant) ?? []).filter(({ trial }) => phase === undefined || trial.phase === phase),
  };
}

/** Why a traced variant has none of the figures of what others kept, if that is known. */
export function noKeptText(run: Run, { id, variant }: ShownVariant): string | undefined {
  const phase = variant.sampler.kind.traced ? run.keptPhase : undefined;
  if (phase === undefined) return undefined;
  const usable = run.usable(id, phase);
  if (usable.length === 0) return "no valid trial";
  return usable.every(({ fidelity }) => fidelity?.spans.namedShare === 0) ? "no span names a request" : undefined;
}

/** Whether a variant was to be measured in a phase, and no trial of it counts. */
export function isUntried(run: Run, phase: Phase, id: string): boolean {
  const isPlanned = run.results.plan.trials.some((trial) => trial.phase === phase && trial.variant === id);
  return isPlanned && run.usable(id, phase).length === 0;
}

/** Why a variant has no change against its baseline: `no valid trial of none in the phase latency`; undefined if they share a round. */
export function noChangeText(run: Run, phase: Phase, id: string): string | undefined {
  const baseline = referenceOf(id, BASELINE, run.results.plan.variants);
  const sides = [id, baseline].filter((side) => side !== undefined);
  const names = (ids: readonly string[]): string => ids.map((side) => run.labelOf(side)).join(" and ");
  const untried = sides.filter((side) => isUntried(run, phase, side));
  if (untried.length > 0) return `no valid trial of ${names(untried)} in the phase ${phaseText(run.results, phase)}`;
  const [own, other] = sides.map((side) => new Set(run.usable(side, phase).map(({ trial }) => trial.round)));
  return own?.size && other?.size && own.isDisjointFrom(other)
    ? `no round in which the trials of both ${names(sides)} are valid in the phase ${phaseText(run.results, phase)}`
    : undefined;
}

function keyOf(phase: string, variant: string, metric: string): string {
  return JSON.stringify([phase, variant, metric]);
}

/** Axes on which all traced variants agree: shown once, above the tables. A Collector stands beside each variant. */
export function sharedAxes(variants: readonly Variant[]): ReadonlyMap<Axis, string> {
  const traced = variants.filter(({ sampler }) => sampler.kind.traced);
  return new Map(
    AXES.filter((axis) => axis !== "collector").flatMap((axis) => {
      const [text, ...others] = new Set(traced.map((variant) => axisText(variant, axis)));
      return text === undefined || others.length > 0 ? [] : [[axis, text] as const];
    }),
  );
}

function shownVariants(results: Results): ShownVariant[] {
  const { plan, scenario } = results;
  const shared = sharedAxes(plan.variants);
  return plan.variants.map((variant) => {
    const axes = AXES.filter((axis) => !shared.has(axis)).flatMap((axis) => {
      const text = axisText(variant, axis);
      return text === undefined ? [] : [partText(axis, text)];
    });
    const build = variant.build === undefined ? [] : [`@${variant.build}`];
    return {
      id: variant.id,
      label:
        variant.baseline === undefined
          ? [isBaseline(variant) ? baselineName(results) : variant.sampler.text, ...axes, ...build].join(" ")
          : variant.id,
      role: roleOf(variant, scenario),
      variant,
    };
  });
}

/** The name of a variant in pages that have no shared axes: its id, and of a baseline as in all reports. */
export function plainName(results: Pick<Results, "scenario" | "plan">, id: string): string {
  const variant = results.plan.variants.find((one) => one.id === id);
  const isNamed = variant === undefined || variant.baseline !== undefined || !isBaseline(variant);
  return isNamed ? id : id.replace(BASELINE, baselineName(results));
}

/** Of an observation the variant's own name; `noop` if the baseline is a service with its own instrumentation loaded and its SDK disabled. */
export function baselineName({ scenario, plan }: Pick<Results, "scenario" | "plan">): string {
  const name = baselineOf(plan);
  if (name !== BASELINE) return name;
  const { command } = frontOf(scenario.target);
  return command?.ownSdk === true && command.noneCommand === undefined ? "noop" : BASELINE;
}

function roleOf(variant: Variant, { samplers, variants }: Results["scenario"]): ShownVariant["role"] {
  const { sampler, collector } = variant;
  if (isBaseline(variant)) return "baseline";
  const isListed = variants.some(
    (pair) => pair.sampler.text === sampler.text && pair.collector.text === (collector?.text ?? "none"),
  );
  if (variants.length > 0) return isListed ? "asked" : "reference";
  return samplers.some(({ text }) => text === sampler.text) ? "asked" : "reference";
}

/** A metric, and the phase in which it has its verdict. */
export interface Judged {
  readonly name: string;
  readonly phase: Phase;
}

function judged(name: string): Judged {
  return { name, phase: findMetric(name)!.compared![0]! };
}

/** What the headline speaks of. */
export const CPU = judged("cpuUsPerRequest");
export const MAIN_THREAD_CPU = judged(MAIN_THREAD.name);
/** With the Collector's. */
export const PIPELINE_CPU = judged("pipelineCpuUsPerRequest");
export const COLLECTOR_CPU = "collectorCpuUsPerRequest";
export const P99 = judged("responseTimeP99Ms");
export const THROUGHPUT = judged("requestsPerSecond");
export const FIRST_ANSWER = judged("firstAnswerMs");
export const ERROR_RECALL = "errorRecall";
export const KEPT_TRACES = "keptTraces";
