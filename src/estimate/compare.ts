/**
 * Two results, variant by variant. They come from two moments, so the machine's drift is in their difference: each
 * figure is first divided by the same file's `none`, round by round, and the two sets of log ratios are compared with
 * Welch's t test. Two builds measured in the same rounds need no such correction: `compareVariants` pairs by round.
 */
import { deriveSeed } from "../base/random.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord, Warning } from "../record/trial-record.ts";
import { claimOf, differenceFinding, ratioFinding, withVerdicts, type Finding } from "./comparisons.ts";
import type { Estimate } from "./estimate.ts";
import { referenceOf, seriesOf, settingsOf, type EstimateOptions, type Settings } from "./estimate-all.ts";
import { plannedLooks } from "./precision.ts";
import { groupRounds, ofCommon, pairRounds, type VariantRounds } from "./rounds.ts";
import { alphaOf, estimateOf, trimmed, type Series } from "./series.ts";
import { LOST, lostSeries } from "./spans.ts";
import { welch } from "./statistics/student.ts";

/** A metric of one variant in both. The verdict is the ratio's. */
export interface Comparison {
  /** The same figure in each file: the ratio to its `none`; of a part, or where there is no `none`, the absolute figure. */
  readonly base: Estimate;
  readonly candidate: Estimate;
  /** Candidate over base, `against: "base"`; for the share of spans lost the difference, in `share`. */
  readonly ratio: Estimate;
}

/** Neither lost a span: equal without any measuring. */
export function isLossless(comparison: Comparison): boolean {
  return !isOfCost(comparison) && comparison.base.center === 0 && comparison.candidate.center === 0;
}

/** Of what tracing costs, which spans that were lost say nothing of. */
export function isOfCost({ ratio }: Comparison): boolean {
  return ratio.metric !== LOST.name;
}

/** Whether any verdict on cost settles anything: a gate that passes on nothing is none. */
export function isJudged(comparisons: readonly Comparison[]): boolean {
  return comparisons.some(
    (comparison) =>
      isOfCost(comparison) && comparison.ratio.verdict !== undefined && comparison.ratio.verdict !== "inconclusive",
  );
}

export interface ComparedResults {
  readonly comparisons: readonly Comparison[];
  /** Variants that only one of the files has. */
  readonly onlyInBase: readonly string[];
  readonly onlyInCandidate: readonly string[];
}

export type CompareOptions = Pick<EstimateOptions, "confidence" | "thresholds" | "seed" | "looks">;

/** Compares what both have; `incomparable` says whether they may be compared. All verdicts are one family. */
export function compareResults(base: Results, candidate: Results, options: CompareOptions = {}): ComparedResults {
  const looks = Math.max(...[base, candidate].map(({ scenario }) => plannedLooks(scenario).length));
  const sides = [base, candidate].map((results) => sideOf(results, { ...options, looks }));
  const [before, after] = [sides[0]!, sides[1]!];
  const drafts = [...before.figures].flatMap(([key, old]) => {
    const now = after.figures.get(key);
    return now === undefined ? [] : [draftOf(old, now, before.settings)];
  });
  const missing = (from: Side, other: Side): string[] => [...from.variants].filter((name) => !other.variants.has(name));
  return {
    comparisons: judged(drafts, before.settings),
    onlyInBase: missing(before, after),
    onlyInCandidate: missing(after, before),
  };
}

/** Compares variants of one run, measured in the same rounds, paired by round. All verdicts are one family. */
export function compareVariants(
  records: readonly TrialRecord[],
  pairs: readonly { readonly base: string; readonly candidate: string }[],
  options: CompareOptions = {},
): Comparison[] {
  const settings = settingsOf(options);
  const all = groupRounds(records).flatMap((group) => comparedSeries(group, settings));
  const drafts = pairs.flatMap(({ base, candidate }) =>
    all.flatMap((now): Draft[] => {
      const { phase, variant } = now.group;
      const old = all.find(
        ({ group, metric }) => group.phase === phase && group.variant === base && metric.name === now.metric.name,
      );
      if (variant !== candidate || old === undefined) return [];
      const seed = deriveSeed(settings.seed, phase, base, candidate, now.metric.name);
      const finding =
        ratioFinding(now, old, settings.thresholds, settings.certainty, seed) ??
        differenceFinding(now, old, settings.certainty, settings.thresholds);
      return finding === undefined ? [] : [{ base: old.absolute, candidate: now.absolute, finding }];
    }),
  );
  return judged(drafts, settings);
}

interface Draft extends Omit<Comparison, "ratio"> {
  readonly finding: Finding;
}

function judged(drafts: readonly Draft[], { certainty }: Settings): Comparison[] {
  const findings = drafts.map((draft) => draft.finding);
  const ratios = withVerdicts(findings, alphaOf(certainty));
  return drafts.map(({ base, candidate }, i) => ({ base, candidate, ratio: ratios[i]! }));
}

/** A figure of one file on the scale it is compared on: logarithms, corrected by `none` where that can be. */
interface Figure {
  readonly series: Series;
  readonly sample: readonly number[];
  readonly shown: Estimate;
  readonly corrected: boolean;
}

interface Side {
  readonly settings: Settings;
  readonly variants: ReadonlySet<string>;
  readonly figures: ReadonlyMap<string, Figure>;
}

function sideOf({ records, plan }: Results, options: EstimateOptions): Side {
  const settings = settingsOf({ ...options, variants: plan.variants });
  const names = plan.variants.map((variant) => variant.id);
  const all = groupRounds(records, names).flatMap((group) => comparedSeries(group, settings));
  const keyOf = (phase: string, variant: string, metric: string): string => JSON.stringify([phase, variant, metric]);
  const index = new Map(
    all.map((series) => [keyOf(series.group.phase, series.group.variant, series.metric.name), series]),
  );
  const figures = new Map<string, Figure>();
  for (const [key, series] of index) {
    const { phase, variant } = series.group;
    const reference = referenceOf(variant, settings.references[0]!, plan.variants);
    const baseline =
      reference === undefined || reference === variant
        ? undefined
        : index.get(keyOf(phase, reference, series.metric.name));
    const figure = figureOf(series, baseline, settings);
    if (figure !== undefined) figures.set(key, figure);
  }
  return { settings, variants: new Set(names), figures };
}

function comparedSeries(group: VariantRounds, { certainty }: Settings): Series[] {
  const judgedOnes = seriesOf(group, certainty, (metric) => metric.threshold !== undefined);
  return [...judgedOnes, lostSeries(group, certainty)].filter((series) => series !== undefined);
}

function figureOf(series: Series, baseline: Series | undefined, settings: Settings): Figure | undefined {
  if (series.metric.scale === "linear") {
    return { series, sample: [...series.values.values()], shown: series.absolute, corrected: false };
  }
  if (baseline === undefined) {
    const sample = ofCommon(series.values, series.group.common).map(Math.log);
    return { series, sample, shown: series.absolute, corrected: false };
  }
  const pairs = pairRounds(series.values, baseline.values);
  const ratio = ratioFinding(series, baseline, settings.thresholds, settings.certainty, settings.seed);
  if (ratio === undefined) return undefined;
  return {
    series,
    sample: pairs.map((pair) => Math.log(pair.value / pair.baseline)),
    // a part is told in ns: nobody reads it as a share of the yardstick
    shown: series.group.phase === "micro" ? series.absolute : ratio.estimate,
    corrected: true,
  };
}

function draftOf(old: Figure, now: Figure, { certainty, thresholds }: Settings): Draft {
  const { metric, group } = now.series;
  const logs = metric.scale === "log";
  const contrast = welch(now.sample, old.sample, metric.trim);
  const corrected = old.corrected && now.corrected;
  const about = {
    phase: group.phase,
    variant: group.variant,
    metric: metric.name,
    unit: logs ? "ratio" : metric.unit,
    against: "base",
    method: logs
      ? `${trimmed(metric)}Welch t on ${corrected ? "log ratios to each file's none" : "logarithms"}`
      : "Welch t on the rounds' figures",
  };
  const isBaseline = group.variant === "none";
  const warnings = [...old.series.group.warnings, ...group.warnings, ...(logs && !corrected ? [UNCORRECTED] : [])];
  const estimate = estimateOf(about, contrast, logs ? Math.exp : (x) => x, certainty, warnings);
  const claim = isBaseline ? undefined : claimOf(now.series, contrast, thresholds);
  return { base: old.shown, candidate: now.shown, finding: claim === undefined ? { estimate } : { estimate, claim } };
}

const UNCORRECTED: Warning = {
  code: "uncorrected-drift",
  message: "this figure is not held against a `none` of the same file, so what changed on the machine is in it",
  fix: "compare both in one run with --commits, or measure `none` in both files",
};
