import { isJudged, isLossless, isOfCost, type Comparison } from "../../estimate/compare.ts";
import type { ComparisonInput } from "./input.ts";
import { changeOf, JUDGED, thresholdText } from "./table.ts";

/** The answer in a sentence. */
export function comparisonTitle(input: ComparisonInput): string {
  const { base, candidate, comparisons } = input;
  const who = `${candidate.label} against ${base.label}`;
  const regressions = comparisons.filter(({ ratio }) => ratio.verdict === "regression");
  if (comparisons.length === 0) return `${who}: nothing to compare`;
  if (regressions.length > 0) {
    const worst = regressions.slice(0, 3).map((comparison) => clause(comparison, input));
    const more = regressions.length > worst.length ? `; and ${regressions.length - worst.length} more` : "";
    return `Regression in ${who}: ${worst.join("; ")}${more}.`;
  }
  const counts = countsOf(comparisons.filter(isOfCost));
  if (counts.length === 0) return `${who}: no verdict, since there are too few rounds.`;
  const found = isJudged(comparisons) ? "No regression found" : "Nothing could be judged";
  return `${found} in ${who}: ${[counts.join(", "), ...lossClause(comparisons)].join("; ")}.`;
}

/** Apart from the verdicts on cost. */
function lossClause(comparisons: readonly Comparison[]): string[] {
  const ofLoss = comparisons.filter((comparison) => !isOfCost(comparison));
  if (ofLoss.length === 0) return [];
  if (ofLoss.every(isLossless)) return ["no span lost in either"];
  const counts = countsOf(ofLoss);
  return counts.length === 0 ? [] : [`of spans lost ${counts.join(", ")}`];
}

function clause({ ratio }: Comparison, { variantLabel, thresholds }: ComparisonInput): string {
  const metric = JUDGED[ratio.metric];
  const threshold = metric && thresholds[metric.threshold];
  const allowed = threshold === undefined ? "" : ` (threshold ${thresholdText(threshold)})`;
  return `${metric?.title ?? ratio.metric} of ${variantLabel(ratio.variant)} ${changeOf(ratio)}${ratio.unit === "share" ? " of the spans" : ""}${allowed}`;
}

/** `2 equivalent, 1 improvement, 3 inconclusive` */
function countsOf(comparisons: readonly Comparison[]): string[] {
  return (["equivalent", "improvement", "inconclusive"] as const).flatMap((verdict) => {
    const count = comparisons.filter(({ ratio }) => ratio.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
}
