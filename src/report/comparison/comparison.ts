import { isSettled, isLossless, isOfCost, type Comparison } from "../../estimate/compare.ts";
import { BASELINE } from "../../plan/variant.ts";
import { findMetric } from "../../record/metrics.ts";
import { conditionsOf, settingOf } from "../facts.ts";
import { changeOfDifference, estimateText, metricTitle } from "../format.ts";
import { baselineName, CPU } from "../run.ts";
import type { Fact, ReportPage, WarningGroup } from "../report.ts";
import { healthOf, noFigures } from "../health.ts";
import { failedTable } from "../tables/trials.ts";
import { groupWarnings, warningsOfEstimate, warningsOfTrials } from "../warnings.ts";
import {
  correctionOf,
  isShift,
  type ComparisonInput,
  comparisonTables,
  tracingTable,
  thresholdOf,
  thresholdText,
  verdictCounts,
} from "./table.ts";

const METHOD =
  "Regression and improvement: the change differs from 0, and is at or beyond the threshold. Equivalent: proven to be within it. All verdicts of a report are one family (Holm).";

/** A comparison as a report. Pure. */
export function buildComparison(input: ComparisonInput): ReportPage {
  const { run } = input;
  return {
    title: headlineOf(input),
    caveats: caveatsOf(input),
    environment: run.environment,
    constants: constantsOf(input),
    tables: [...tracingTable(input), ...comparisonTables(input), ...failedTable(recordsOf(input), input.variantLabel)],
    charts: [],
    warnings: warningsOf(input),
    method: [correctionOf(input), METHOD, ...run.notes],
    setting: settingOf(run),
  };
}

const MOST_REGRESSIONS = 3;

function headlineOf(input: ComparisonInput): string {
  const { base, candidate, comparisons } = input;
  const pair = `${candidate.label} against ${base.label}`;
  const regressions = comparisons.filter(({ ratio }) => ratio.verdict === "regression");
  if (regressions.length > 0) {
    const worst = regressions.slice(0, MOST_REGRESSIONS).map((comparison) => regressionText(comparison, input));
    const more = regressions.length > worst.length ? `; and ${regressions.length - worst.length} more` : "";
    return [`Regression in ${pair}: ${worst.join("; ")}${more}.`, ...sourcesOf(input)].join(" ");
  }
  const judged = comparisons.filter((one) => isOfCost(one) && !isShift(input, one.ratio));
  if (judged.length === 0) return `${pair}: no figure of cost is in both.`;
  const counts = verdictCounts(judged.map(({ ratio }) => ratio));
  if (counts.length === 0) return `${pair}: no verdict, because there are too few rounds.`;
  const found = isSettled(comparisons) ? `No regression found (${thresholdsText(input)})` : "Nothing could be judged";
  const clauses = [counts.join(", "), ...lossClauses(comparisons)].join("; ");
  return [`${found} in ${pair}: ${clauses}.`, ...sourcesOf(input)].join(" ");
}

/** `threshold of CPU per request 2 %, of p99 response time 10 %`: what a verdict on cost was judged by. */
function thresholdsText({ comparisons, thresholds }: ComparisonInput): string {
  const judged = comparisons.filter((one) => isOfCost(one) && one.ratio.verdict !== undefined);
  const metrics = new Set(judged.map(({ ratio }) => ratio.metric));
  const texts = [...metrics].flatMap((name) => {
    const metric = findMetric(name);
    return metric?.threshold === undefined ? [] : [`of ${metric.title} ${thresholdText(thresholds[metric.threshold])}`];
  });
  return `threshold ${texts.join(", ")}`;
}

/** Two builds: whether the service itself changed, and what tracing adds. */
function sourcesOf({ comparisons, tracing, variantLabel, run }: ComparisonInput): string[] {
  if (tracing.length === 0) return [];
  const name = baselineName(run);
  const own = comparisons.find(
    ({ ratio }) => ratio.phase === CPU.phase && ratio.metric === CPU.name && variantLabel(ratio.variant) === name,
  );
  const untraced = name === BASELINE ? "without tracing" : `as ${name}`;
  return [
    ...(own === undefined
      ? []
      : [
          `The service itself: ${estimateText(own.ratio)} CPU per request ${untraced} (${own.ratio.verdict ?? "no verdict"}).`,
        ]),
    `What tracing adds changed by ${tracing
      .slice(0, MOST_REGRESSIONS)
      .map(
        (all) => `${changeOfDifference(all.base, all.candidate, all.change)} µs (${variantLabel(all.change.variant)})`,
      )
      .join(", ")}.`,
  ];
}

function lossClauses(comparisons: readonly Comparison[]): string[] {
  const ofLoss = comparisons.filter((comparison) => !isOfCost(comparison));
  if (ofLoss.length === 0) return ["spans lost: unknown"];
  if (ofLoss.every(isLossless)) return ["no span lost in either"];
  const counts = verdictCounts(ofLoss.map(({ ratio }) => ratio));
  return counts.length === 0 ? [] : [`spans lost: ${counts.join(", ")}`];
}

function regressionText({ ratio }: Comparison, { variantLabel, thresholds }: ComparisonInput): string {
  const unit = ratio.unit === "share" ? " of the spans" : "";
  return `${metricTitle(ratio.metric)} of ${variantLabel(ratio.variant)} ${estimateText(ratio)}${unit}${thresholdOf(ratio, thresholds)}`;
}

/** A change of `none` beyond this is hardly the speed of the machine. */
const MOST_SHIFT = 0.2;

/** Two files cannot separate the machine from the service. */
function shiftOf(input: Pick<ComparisonInput, "comparisons" | "design" | "run">): string[] {
  const { comparisons, run } = input;
  const own = comparisons.find(
    ({ ratio }) => isShift(input, ratio) && ratio.phase === CPU.phase && ratio.metric === CPU.name,
  );
  if (own === undefined || Math.abs(Math.log(own.ratio.center)) <= Math.log1p(MOST_SHIFT)) return [];
  return [
    `${baselineName(run)} itself changed by ${estimateText(own.ratio)}: the machine or the service changed, and every ratio to it too. bench --base measures both commits in the same rounds.`,
  ];
}

function caveatsOf(input: ComparisonInput): string[] {
  const { differences, unavailable, isOneFile, onlyInBase, onlyInCandidate, base, candidate } = input;
  const missing = [
    { names: onlyInBase, label: base.label },
    { names: onlyInCandidate, label: candidate.label },
  ].flatMap(({ names, label }) => (names.length === 0 ? [] : [`Only in ${label}: ${names.join(", ")}`]));
  return [
    ...shiftOf(input),
    ...(isOneFile ? ["Base and candidate are the same file, so every change is 0."] : []),
    ...(input.isSwapped === true ? ["The base is later than the candidate: swapped?"] : []),
    ...differences.map((difference) => `Unlike, compared by --anyway: ${difference}`),
    ...unavailable,
    ...missing,
    ...missingPhases(input),
    ...(isOneFile ? [base] : [base, candidate]).flatMap(({ label, records }) => healthOf(records, undefined, label)),
  ];
}

function recordsOf({ isOneFile, base, candidate }: Pick<ComparisonInput, "isOneFile" | "base" | "candidate">) {
  return [...new Set((isOneFile ? [base] : [base, candidate]).flatMap(({ records }) => records))];
}

/** Phases that were run and in which nothing is compared, with the reason. */
function missingPhases({ base, candidate, comparisons, run }: ComparisonInput): string[] {
  const compared = new Set(comparisons.map(({ ratio }) => ratio.phase));
  const lines = [base, candidate].flatMap(({ records }) => noFigures(run, records, (phase) => !compared.has(phase)));
  return [...new Set(lines)];
}

function constantsOf({ base, candidate, run }: ComparisonInput): Fact[] {
  return [
    { label: "base", value: `${base.label} (${base.about})` },
    { label: "candidate", value: `${candidate.label} (${candidate.about})` },
    ...conditionsOf(run),
  ];
}

function warningsOf(input: ComparisonInput): WarningGroup[] {
  const { comparisons, variantLabel } = input;
  const placed = comparisons
    .filter(({ ratio }) => !isShift(input, ratio))
    .flatMap(({ ratio }) => warningsOfEstimate(ratio, variantLabel));
  const records = recordsOf(input);
  return groupWarnings([...warningsOfTrials(records, variantLabel), ...placed], records);
}
