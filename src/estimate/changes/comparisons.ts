import type { Warning } from "../../record/trial-record.ts";
import { estimateOf, type Certainty, type Estimate } from "../estimate.ts";
import { DEFAULT_THRESHOLDS, thresholdIn, type Metric, type Thresholds } from "../../record/metric.ts";
import { commonRounds, pairRounds, type Series } from "../series.ts";
import { LEAST_EPISODES, LEAST_SECONDS, quantileChange } from "../statistics/quantile-change.ts";
import { roundsOf } from "../../plan/plan.ts";
import { phaseRow, type Phase } from "../../spec/phases.ts";
import { unsteady } from "./unsteady.ts";
import { oneSample, type Contrast } from "../statistics/student.ts";
import { decide, type Claim } from "../verdict.ts";

/** An estimate, and the claim it makes if it is to have a verdict. */
export interface Finding {
  readonly estimate: Estimate;
  readonly claim?: Claim | undefined;
}

/** Ratio and difference of two series, paired by round. The verdict is the ratio's. */
export function changeFindings(series: Series, baseline: Series, certainty: Certainty): Finding[] {
  const ratio = ratioFinding(series, baseline, certainty);
  if (ratio !== undefined && series.quantile === undefined) return [ratio, differenceAtMean(ratio, baseline)];
  const difference = differenceFinding(series, baseline, certainty);
  return [...(ratio ? [ratio] : []), ...(difference ? [{ estimate: difference.estimate }] : [])];
}

/** The ratio of two series, paired by round. Undefined without a common round, or if a value may be 0. */
export function ratioFinding(
  series: Series,
  baseline: Series,
  certainty: Certainty,
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): Finding | undefined {
  const contrast = series.metric.scale === "log" ? changeOf(series, baseline, "log") : undefined;
  if (contrast === undefined) return undefined;
  const method = series.quantile ? MERGED : "student-t on log ratios, paired by round";
  const doubt = unsteady(series, baseline, contrast.mean);
  const warnings = [...warningsOf(series, baseline), ...(doubt ? [doubt.warning] : [])];
  const about = { ...aboutOf(series, baseline), unit: "ratio", method };
  const estimate = estimateOf(about, contrast, Math.exp, certainty, warnings);
  if (doubt?.explains === true) return { estimate: { ...estimate, verdict: "inconclusive" } };
  return { estimate, claim: claimOf(series, contrast, thresholds) };
}

/**
 * What a ratio, which has the verdict, is in the metric's own unit, at the baseline's mean over the run: the machine's speed, which changes from
 * round to round for all variants alike, is in neither end of the interval.
 */
export function differenceAtMean({ estimate: ratio }: Finding, { metric, absolute }: Series): Finding {
  const scaled = (share: number): number => (share - 1) * absolute.center;
  const { verdict: _, ...estimate } = ratio;
  const { low, high } = estimate;
  return {
    estimate: {
      ...estimate,
      unit: metric.unit,
      center: scaled(estimate.center),
      ...(low !== undefined && high !== undefined && { low: scaled(low), high: scaled(high) }),
      method: `${estimate.method}, at the mean of ${absolute.variant}`,
    },
  };
}

/** The difference of two series in the metric's own unit, paired by round. Undefined without a common round. */
export function differenceFinding(
  series: Series,
  baseline: Series,
  certainty: Certainty,
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): Finding | undefined {
  const contrast = changeOf(series, baseline, "linear");
  if (contrast === undefined) return undefined;
  const method = series.quantile ? MERGED : "student-t on differences, paired by round";
  const about = { ...aboutOf(series, baseline), unit: series.metric.unit, method };
  const estimate = estimateOf(about, contrast, (x) => x, certainty, warningsOf(series, baseline));
  return { estimate, claim: claimOf(series, contrast, thresholds) };
}

const MERGED = "change of the quantile of merged rounds, jackknife or Woodruff over rounds, whichever is wider";
const US_PER_MS = 1000;

/** The change on this scale, paired by round. Undefined without a common round. */
export function changeOf(series: Series, baseline: Series, scale: Metric["scale"]): Contrast | undefined {
  const common = [...commonRounds([series.values, baseline.values])];
  if (common.length === 0) return undefined;
  if (series.quantile === undefined || baseline.quantile === undefined) {
    return oneSample(
      pairRounds(series.values, baseline.values).map(({ value, baseline: other }) =>
        scale === "log" ? Math.log(value / other) : value - other,
      ),
    );
  }
  const [own, other] = [series, baseline].map(({ quantile }) => common.map((round) => quantile!.rounds.get(round)!));
  const change = quantileChange(own!, other!, series.quantile.p, (us) =>
    scale === "log" ? Math.log(us) : us / US_PER_MS,
  );
  const isShort = [series, baseline].some(({ quantile }) => quantile!.shortage !== undefined);
  return isShort ? { ...change, standardError: Infinity, df: 0 } : change;
}

/** The claim of a contrast on the scale of the series' metric, turned so that positive is worse; undefined without a threshold. */
export function claimOf(
  { metric, group }: Pick<Series, "metric" | "group">,
  contrast: Contrast,
  thresholds: Thresholds,
): Claim | undefined {
  const threshold = thresholdIn(metric, group.phase);
  const isUnknown = contrast.n > 1 && contrast.standardError === Infinity;
  if (threshold === undefined || isUnknown) return undefined;
  const worse = metric.worse === "higher" ? contrast : { ...contrast, mean: -contrast.mean };
  const { scale } = metric;
  return { worse, margin: scale === "log" ? Math.log1p(thresholds[threshold]) : thresholds[threshold], scale };
}

/** Gives the findings that make a claim their verdicts, all claims as one family. Keeps the order. */
export function withVerdicts(findings: readonly Finding[], alpha: number): Estimate[] {
  const claims = findings.flatMap((finding) => finding.claim ?? []);
  const decisions = new Map(decide(claims, alpha).map((decision, i) => [claims[i]!, decision]));
  return findings.map(({ estimate, claim }) => {
    const decision = claim && decisions.get(claim);
    if (decision === undefined) return estimate;
    const { verdict, warnings } = decision;
    return { ...estimate, warnings: [...estimate.warnings, ...warnings], ...(verdict !== undefined && { verdict }) };
  });
}

function aboutOf(series: Series, baseline: Series): Pick<Estimate, "phase" | "variant" | "metric" | "against"> {
  const { phase, variant } = series.group;
  return { phase, variant, metric: series.metric.name, against: baseline.group.variant };
}

function warningsOf(series: Series, baseline: Series): Warning[] {
  return [...series.group.warnings, ...baseline.group.warnings, ...fewEpisodes(series, baseline)];
}

/** A change of a quantile that a handful of stalls may decide has no interval. */
function fewEpisodes(series: Series, baseline: Series): Warning[] {
  const worst = [series, baseline]
    .flatMap(({ quantile }) => quantile?.shortage ?? [])
    .toSorted((a, b) => b.neededSeconds - a.neededSeconds)[0];
  if (worst === undefined) return [];
  const { episodes, seconds, neededSeconds } = worst;
  const { phase } = series.group;
  const count = Math.round(episodes);
  const rounds = Math.max(series.values.size, phaseRow(phase).roundsAlone);
  const windows = (...phases: Phase[]): string => {
    const { length } = roundsOf(phase, { phases, rounds });
    // a window may be some ms shorter than asked
    return `--rounds ${rounds} --duration ${Math.floor(neededSeconds / length) + 1}s`;
  };
  return [
    {
      code: "few-slow-episodes",
      message: `${series.metric.title} rests on about ${count} slow ${count === 1 ? "episode" : "episodes"} in ${seconds.toFixed(0)} s; an interval needs at least ${LEAST_EPISODES}, and ${LEAST_SECONDS} s`,
      fix: `--phase ${phase} ${windows(phase)}; with other phases too: ${windows("cost", phase)}`,
    },
  ];
}
