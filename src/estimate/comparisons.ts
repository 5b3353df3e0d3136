import type { Warning } from "../record/trial-record.ts";
import { estimateOf, type Certainty, type Estimate } from "./estimate.ts";
import { thresholdIn, type Thresholds } from "../record/metrics.ts";
import { pairRounds } from "./rounds.ts";
import type { Series } from "./series.ts";
import { oneSample, type Contrast } from "./statistics/student.ts";
import { decide, type Claim } from "./verdict.ts";

/** An estimate, and the claim it makes if it is to have a verdict. */
export interface Finding {
  readonly estimate: Estimate;
  readonly claim?: Claim;
}

/** A baseline whose coefficient of variation over rounds is larger is unstable. */
const MOST_BASELINE_VARIATION = 0.1;

/** The ratio of two series, paired by round. Undefined without a common round, or if a value may be 0. */
export function ratioFinding(
  series: Series,
  baseline: Series,
  thresholds: Thresholds,
  certainty: Certainty,
): Finding | undefined {
  if (series.metric.scale !== "log") return undefined;
  const logs = pairRounds(series.values, baseline.values).map((pair) => Math.log(pair.value / pair.baseline));
  if (logs.length === 0) return undefined;
  const contrast = oneSample(logs);
  const about = {
    ...aboutOf(series, baseline),
    unit: "ratio",
    method: "student-t on log ratios, paired by round",
  };
  const estimate = estimateOf(about, contrast, Math.exp, certainty, warningsOf(series, baseline));
  return findingOf(estimate, claimOf(series, contrast, thresholds));
}

/** The difference of two series in the metric's own unit, paired by round. Undefined without a common round. */
export function differenceFinding(
  series: Series,
  baseline: Series,
  thresholds: Thresholds,
  certainty: Certainty,
): Finding | undefined {
  const differences = pairRounds(series.values, baseline.values).map((pair) => pair.value - pair.baseline);
  if (differences.length === 0) return undefined;
  const contrast = oneSample(differences);
  const about = {
    ...aboutOf(series, baseline),
    unit: series.metric.unit,
    method: "student-t on differences, paired by round",
  };
  const estimate = estimateOf(about, contrast, (x) => x, certainty, warningsOf(series, baseline));
  return findingOf(estimate, claimOf(series, contrast, thresholds));
}

export function findingOf(estimate: Estimate, claim: Claim | undefined): Finding {
  return claim === undefined ? { estimate } : { estimate, claim };
}

/** The claim of a contrast on the scale of the series' metric, turned so that positive is worse; undefined without a threshold. */
export function claimOf(
  { metric, group }: Pick<Series, "metric" | "group">,
  contrast: Contrast,
  thresholds: Thresholds,
): Claim | undefined {
  const threshold = thresholdIn(metric, group.phase);
  if (threshold === undefined) return undefined;
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
  return [...series.group.warnings, ...baseline.group.warnings, ...instability(baseline)];
}

/**
 * A baseline whose own CPU per request differs from round to round: pairing removes what changes for all variants alike,
 * not what changes for one. Measured by the standard deviation of the logarithms over rounds.
 */
function instability({ metric, values, group }: Series): Warning[] {
  if (metric.name !== "cpuUsPerRequest" || values.size < 2) return [];
  const { standardError, n } = oneSample([...values.values()].map(Math.log));
  const variation = standardError * Math.sqrt(n);
  if (variation <= MOST_BASELINE_VARIATION) return [];
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return [
    {
      code: "baseline-unstable",
      message: `CPU per request of ${group.variant} itself varied by ${percent(variation)} over ${n} rounds (limit ${percent(MOST_BASELINE_VARIATION)})`,
      fix: "quieten the machine, lengthen --warmup and --duration, or take more --rounds",
    },
  ];
}
