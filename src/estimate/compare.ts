/**
 * Two results, variant by variant. They come from two moments, so what changed on the machine is in their difference: each
 * figure is first divided by the same file's `none`, round by round, and the two sets of log ratios are compared with
 * Welch's t test. Two builds measured in the same rounds need no such correction: `compareVariants` pairs by round.
 */
import { baselineOf } from "../plan/variant.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord, Warning } from "../record/trial-record.ts";
import {
  attemptNoting,
  alphaOf,
  estimateOf,
  type Certainty,
  type Estimate,
  plannedLooks,
  CONFIDENCE,
} from "./estimate.ts";
import { claimOf, differenceFinding, ratioFinding, withVerdicts, type Finding } from "./changes/comparisons.ts";
import { tracingChanges, type PairOfBuilds, type TracingChange } from "./changes/tracing-change.ts";
import { comparedSeries, figuresOf, type Figure } from "./file-figures.ts";
import { DEFAULT_THRESHOLDS, type Thresholds } from "../record/metric.ts";
import { LOST, MAIN_THREAD } from "../record/metrics.ts";
import { groupRounds } from "./series.ts";
import { differenceOf } from "./statistics/student.ts";

/** A metric of one variant in both. The verdict is the ratio's. */
export interface Comparison {
  /** The same figure in each file: the ratio to its `none`; without a `none`, the absolute figure. */
  readonly base: Estimate;
  readonly candidate: Estimate;
  /** Candidate over base, `against: "base"`; for the share of spans lost the difference, in `share`. */
  readonly ratio: Estimate;
}

export interface ComparedVariants {
  readonly comparisons: readonly Comparison[];
  /** Of two builds: what tracing adds in each, apart from the service's own change. */
  readonly tracing: readonly TracingChange[];
  /** What could not be compared, and why. */
  readonly unavailable: readonly string[];
}

export interface ComparedResults extends ComparedVariants {
  /** Variants that only one of the files has. */
  readonly onlyInBase: readonly string[];
  readonly onlyInCandidate: readonly string[];
}

/** Whether neither lost a span. */
export function isLossless(comparison: Comparison): boolean {
  return !isOfCost(comparison) && comparison.base.center === 0 && comparison.candidate.center === 0;
}

/** Whether it is about what tracing costs, not about lost spans. */
export function isOfCost({ ratio }: Comparison): boolean {
  return ratio.metric !== LOST.name;
}

/** Whether any verdict on cost settles something. The main thread is a part of CPU: that it costs no more does not show that all costs no more. */
export function isSettled(comparisons: readonly Comparison[]): boolean {
  return comparisons.some(
    (comparison) =>
      isOfCost(comparison) &&
      comparison.ratio.metric !== MAIN_THREAD.name &&
      comparison.ratio.verdict !== undefined &&
      comparison.ratio.verdict !== "inconclusive",
  );
}

/**
 * Compares what both have; `incomparable` returns whether they may be compared. All verdicts are one family, at an error of
 * 5 % divided by `divisor`, for one comparison of several.
 */
export function compareResults(
  base: Results,
  candidate: Results,
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
  divisor = 1,
): ComparedResults {
  const looks = Math.max(...[base, candidate].map(({ scenario }) => plannedLooks(scenario).length));
  const certainty = { confidence: CONFIDENCE, divisor: divisor * looks };
  const unavailable: string[] = [];
  const attempt = attemptNoting(unavailable);
  const baseline = baselineOf(candidate.plan);
  const before = figuresOf(base, certainty, thresholds, attempt);
  const after = figuresOf(candidate, certainty, thresholds, attempt);
  const undivided = new Set<string>();
  const drafts = [...before].flatMap(([key, old]) => {
    const now = after.get(key);
    if (now === undefined) return [];
    if (now.isCorrected === old.isCorrected) return [draftOf(old, now, certainty, thresholds, baseline)];
    // a ratio to the baseline and a figure that is none have no change
    const { metric, group } = now.series;
    const side = now.isCorrected ? "base" : "candidate";
    undivided.add(
      `${metric.title} in the phase ${group.phase} is not compared: the ${side} has no valid trial of ${baseline} there`,
    );
    return [];
  });
  const missing = ({ plan }: Results, other: Results): string[] =>
    plan.variants.map(({ id }) => id).filter((id) => other.plan.variants.every((one) => one.id !== id));
  return {
    comparisons: withRatios(drafts, certainty),
    tracing: [],
    unavailable: [...unavailable, ...undivided],
    onlyInBase: missing(base, candidate),
    onlyInCandidate: missing(candidate, base),
  };
}

/** Compares variants of one run, measured in the same rounds, paired by round. All verdicts are one family. `untraced`: the pair of `none`. */
export function compareVariants(
  records: readonly TrialRecord[],
  pairs: readonly PairOfBuilds[],
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
  untraced?: PairOfBuilds,
): ComparedVariants {
  const certainty = { confidence: CONFIDENCE, divisor: 1 };
  const unavailable: string[] = [];
  const attempt = attemptNoting(unavailable);
  const all = groupRounds(records).flatMap((group) => comparedSeries(group, certainty, attempt));
  const drafts = pairs.flatMap(({ base, candidate }) =>
    all.flatMap((now): readonly Draft[] => {
      const { phase, variant } = now.group;
      const old = all.find(
        ({ group, metric }) => group.phase === phase && group.variant === base && metric === now.metric,
      );
      if (variant !== candidate || old === undefined) return [];
      const finding =
        ratioFinding(now, old, certainty, thresholds) ?? differenceFinding(now, old, certainty, thresholds);
      return finding === undefined ? [] : [{ base: old.absolute, candidate: now.absolute, finding }];
    }),
  );
  const tracing = untraced === undefined ? [] : tracingChanges(records, pairs, untraced, certainty);
  return { comparisons: withRatios(drafts, certainty), tracing, unavailable };
}

interface Draft extends Omit<Comparison, "ratio"> {
  readonly finding: Finding;
}

function withRatios(drafts: readonly Draft[], certainty: Certainty): Comparison[] {
  const findings = drafts.map((draft) => draft.finding);
  const ratios = withVerdicts(findings, alphaOf(certainty));
  return drafts.map(({ base, candidate }, i) => ({ base, candidate, ratio: ratios[i]! }));
}

function draftOf(old: Figure, now: Figure, certainty: Certainty, thresholds: Thresholds, baseline: string): Draft {
  const { metric, group } = now.series;
  const logs = metric.scale === "log";
  const contrast = differenceOf(now.contrast, old.contrast);
  const isCorrected = old.isCorrected && now.isCorrected;
  const onLogs = isCorrected ? `Welch t on log ratios to each file's ${baseline}` : "Welch t on logarithms";
  const about = {
    phase: group.phase,
    variant: group.variant,
    metric: metric.name,
    unit: logs ? "ratio" : metric.unit,
    against: "base",
    method: logs ? onLogs : "Welch t on the rounds' figures",
  };
  const episodes = [old, now].flatMap(({ shown }) => shown.warnings.filter(({ code }) => code === "few-slow-episodes"));
  const warnings = [
    ...old.series.group.warnings,
    ...group.warnings,
    ...episodes,
    ...(logs && !isCorrected ? [UNCORRECTED] : []),
  ];
  const estimate = estimateOf(about, contrast, logs ? Math.exp : (x) => x, certainty, warnings);
  const claim = now.isBaseline ? undefined : claimOf(now.series, contrast, thresholds);
  return { base: old.shown, candidate: now.shown, finding: { estimate, claim } };
}

const UNCORRECTED: Warning = {
  code: "uncorrected-shift",
  message: "this figure is not divided by the baseline of the same file, so it includes what changed on the machine",
  fix: "measure both commits in one run (bench --base), or measure the baseline in both files",
};
