import { isLossless, type Comparison } from "../../estimate/compare.ts";
import type { Estimate } from "../../estimate/estimate.ts";
import type { Thresholds } from "../../estimate/metrics.ts";
import { changeText, figureText, noVerdictText, shareText, UNBACKED_NOTE } from "../format.ts";
import type { Cell, Table, Tone } from "../report.ts";
import { correctionOf, isDrift, type ComparisonInput } from "./input.ts";

/** The judged metrics: what they are called, and which threshold judges them. */
export const JUDGED: Readonly<Record<string, { readonly title: string; readonly threshold: keyof Thresholds }>> = {
  cpuUsPerRequest: { title: "CPU per request", threshold: "cpu" },
  responseTimeP99Ms: { title: "p99 response time", threshold: "p99" },
  requestsPerSecond: { title: "throughput", threshold: "throughput" },
  spansLostShare: { title: "spans lost", threshold: "lost" },
  cpuNsPerOp: { title: "CPU per operation", threshold: "micro" },
};

const TONES: Readonly<Record<string, Tone>> = { regression: "bad", improvement: "good" };

/** One table for each phase and metric; where neither lost a span there is a note instead of a table. */
export function comparisonTables(input: ComparisonInput): Table[] {
  const lossless = input.comparisons.filter(isLossless);
  const shown = input.comparisons.filter((comparison) => !isLossless(comparison));
  const groups = [...Map.groupBy(shown, ({ ratio }) => `${ratio.phase}-${ratio.metric}`)];
  return groups.map(([id, comparisons], at) => {
    const rows = comparisons.map((comparison) => rowOf(comparison, input));
    const unbacked = rows.some((row) => row.some((cell) => cell.tone === "doubtful"));
    return {
      id: `comparison-${id}`,
      title: titleOf(comparisons[0]!, input),
      about: `${at === 0 ? `${correctionOf(input)} ` : ""}${better(comparisons[0]!)}`,
      columns: columnsOf(comparisons.find(({ base }) => base.unit === "ratio") ?? comparisons[0]!),
      rows,
      notes: [
        ...(unbacked ? [UNBACKED_NOTE] : []),
        ...(at === groups.length - 1 && lossless.length > 0 ? [losslessNote(lossless)] : []),
      ],
    };
  });
}

function better({ ratio }: Comparison): string {
  return ratio.metric === "requestsPerSecond" ? "More is better." : "Less is better.";
}

/** `CPU per request, cost phase (threshold 2 %)` */
function titleOf({ ratio }: Comparison, { thresholds }: ComparisonInput): string {
  const judged = JUDGED[ratio.metric];
  const allowed = judged === undefined ? "" : ` (threshold ${thresholdText(thresholds[judged.threshold])})`;
  return `${judged?.title ?? ratio.metric}, ${ratio.phase} phase${allowed}`;
}

export function thresholdText(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}

function columnsOf({ base, ratio }: Comparison): Table["columns"] {
  const unit = base.unit === "share" ? undefined : base.unit === "ratio" ? "against none" : shortUnit(base.unit);
  const figure = { numeric: true, ...(unit === undefined ? {} : { unit }) };
  return [
    { title: "variant", numeric: false },
    { title: "base", ...figure },
    { title: "candidate", ...figure },
    { title: "change", numeric: true, ...(ratio.unit === "share" ? { unit: "of the spans" } : {}) },
    { title: "verdict", numeric: false },
  ];
}

function shortUnit(unit: string): string {
  return unit === "us/request" ? "µs" : unit;
}

/** Phase by phase: one variant may lose nothing where another does. */
function losslessNote(lossless: readonly Comparison[]): string {
  const byPhase = Map.groupBy(lossless, ({ ratio }) => ratio.phase);
  const phases = [...byPhase].map(
    ([phase, { length }]) => `${length} ${length === 1 ? "variant" : "variants"} (${phase})`,
  );
  return `Spans lost: none in either, for ${phases.join(", ")}.`;
}

function rowOf({ base, candidate, ratio }: Comparison, input: ComparisonInput): Cell[] {
  const none = isDrift(input, ratio) ? "– (drift)" : noVerdictText(ratio.n);
  const tone = ratio.verdict && TONES[ratio.verdict];
  const unit = shortUnit(base.unit);
  // `none` is told in its own unit among ratios; parts are all told in ns
  const odd = isDrift(input, ratio) && base.unit !== "ratio" && ratio.phase !== "micro" ? ` ${unit}` : "";
  return [
    { text: input.variantLabel(ratio.variant) },
    figureCell(base, odd),
    figureCell(candidate, odd),
    { text: changeOf(ratio), value: ratio.center, ...doubtOf(ratio) },
    { text: ratio.verdict ?? none, ...(tone && { tone }) },
  ];
}

function figureCell(estimate: Estimate, unit: string): Cell {
  return { text: `${figureOf(estimate)}${unit}`, value: estimate.center, ...doubtOf(estimate) };
}

function doubtOf({ low }: Estimate): Pick<Cell, "tone"> {
  return low === undefined ? { tone: "doubtful" } : {};
}

function figureOf(estimate: Estimate): string {
  if (estimate.unit === "ratio") return changeText(estimate);
  return estimate.unit === "share" ? shareText(estimate) : figureText(estimate);
}

/** A ratio in percent; a difference of shares in percentage points. */
export function changeOf(ratio: Estimate): string {
  if (ratio.unit !== "share") return changeText(ratio);
  return `${ratio.center > 0 ? "+" : ""}${shareText(ratio)}`;
}
