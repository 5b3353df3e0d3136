import type { Warning } from "../record/trial-record.ts";
import type { Estimate } from "./estimate.ts";
import type { Thresholds } from "./metrics.ts";
import { pairRounds } from "./rounds.ts";
import { estimateOf, trimmed, type Certainty, type Series } from "./series.ts";
import { bootstrapInterval } from "./statistics/bootstrap.ts";
import { interval, oneSample, type Contrast } from "./statistics/student.ts";
import { judge, type Claim } from "./verdict.ts";

/** An estimate, and the claim it makes where a verdict is asked of it. */
export interface Finding {
  readonly estimate: Estimate;
  readonly claim?: Claim;
}

/**
 * How far the bootstrap may differ from Student t, as a factor on either arm of the interval, before it is told.
 * Normal rounds pass it 99 times of 100; one round of 6 that stands far out differs by 2.6, one of 12 by 2.2.
 */
const BOOTSTRAP_FACTOR = 1.8;
/** Coefficient of variation over rounds beyond which a baseline is told to be unstable. */
const MOST_BASELINE_VARIATION = 0.1;
/** Below this many rounds the bootstrap itself cannot reach far enough out to be a check. */
const BOOTSTRAP_ROUNDS = 6;

/** The ratio of two series, paired by round. Undefined without a common round, or where a value may be 0. */
export function ratioFinding(
  series: Series,
  baseline: Series,
  thresholds: Thresholds,
  certainty: Certainty,
  seed: number,
): Finding | undefined {
  const { metric } = series;
  if (metric.scale !== "log") return undefined;
  const logs = pairRounds(series.values, baseline.values).map((pair) => Math.log(pair.value / pair.baseline));
  if (logs.length === 0) return undefined;
  const contrast = oneSample(logs, metric.trim);
  const method = `${trimmed(metric)}student-t on log ratios, paired by round`;
  const about = { ...aboutOf(series, baseline), unit: "ratio", method };
  const claim = claimOf(series, contrast, thresholds);
  // what is trimmed is known to stand out, and the bootstrap is of plain means
  const check =
    claim === undefined || metric.trim !== undefined ? [] : disagreement(logs, contrast, certainty.confidence, seed);
  const estimate = estimateOf(about, contrast, Math.exp, certainty, [...warningsOf(series, baseline), ...check]);
  return claim === undefined ? { estimate } : { estimate, claim };
}

/**
 * The difference of two series in the metric's own unit, paired by round. Undefined without a common round.
 * With `thresholds` it makes a claim, where the metric has one.
 */
export function differenceFinding(
  series: Series,
  baseline: Series,
  certainty: Certainty,
  thresholds?: Thresholds,
): Finding | undefined {
  const differences = pairRounds(series.values, baseline.values).map((pair) => pair.value - pair.baseline);
  if (differences.length === 0) return undefined;
  const about = {
    ...aboutOf(series, baseline),
    unit: series.metric.unit,
    method: "student-t on differences, paired by round",
  };
  const contrast = oneSample(differences);
  const estimate = estimateOf(about, contrast, (x) => x, certainty, warningsOf(series, baseline));
  const claim = thresholds && claimOf(series, contrast, thresholds);
  return claim === undefined ? { estimate } : { estimate, claim };
}

/** The claim of a contrast on the scale of the series' metric, turned so that positive is worse. */
export function claimOf(
  { metric, group }: Pick<Series, "metric" | "group">,
  contrast: Contrast,
  thresholds: Thresholds,
): Claim | undefined {
  if (metric.threshold === undefined) return undefined;
  const worse = metric.worse === "higher" ? contrast : { ...contrast, mean: -contrast.mean };
  const threshold = thresholds[metric.threshold];
  const { scale } = metric;
  return { phase: group.phase, worse, margin: scale === "log" ? Math.log1p(threshold) : threshold, scale };
}

/** Gives the findings that make a claim their verdicts, all claims as one family. Keeps the order. */
export function withVerdicts(findings: readonly Finding[], alpha: number): Estimate[] {
  const claims = findings.flatMap((finding) => finding.claim ?? []);
  const judgements = new Map(judge(claims, alpha).map((judgement, i) => [claims[i]!, judgement]));
  return findings.map(({ estimate, claim }) => {
    const judgement = claim && judgements.get(claim);
    if (judgement === undefined) return estimate;
    const warnings = [...estimate.warnings, ...judgement.warnings];
    return judgement.verdict === undefined
      ? { ...estimate, warnings }
      : { ...estimate, warnings, verdict: judgement.verdict };
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
 * A baseline whose own CPU per request does not stay the same from round to round: pairing takes out what changes for
 * all variants alike, not what changes for one. Measured by the standard deviation of the logarithms over rounds.
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

/** The cross-check: a bootstrap, which knows of no normal distribution, of the same log ratios. */
function disagreement(
  logs: readonly number[],
  contrast: Contrast,
  confidence: number,
  seed: number,
): readonly Warning[] {
  if (logs.length < BOOTSTRAP_ROUNDS || contrast.standardError === 0) return [];
  const student = interval(contrast, confidence);
  const bootstrap = bootstrapInterval(logs, confidence, seed);
  if (student === undefined || bootstrap === undefined) return [];
  const half = student.high - contrast.mean;
  const arms = [contrast.mean - bootstrap.low, bootstrap.high - contrast.mean];
  const agree = arms.every((arm) => arm <= half * BOOTSTRAP_FACTOR && arm >= half / BOOTSTRAP_FACTOR);
  if (agree) return [];
  return [
    {
      code: "bootstrap-disagrees",
      message: `a bootstrap of the rounds differs from this interval by more than a factor of ${BOOTSTRAP_FACTOR}: a round stands out`,
      fix: "look at the rounds one by one, measure more of them, or quieten the machine",
    },
  ];
}
