import type { Comparison, Estimate, Thresholds } from "../../estimate/index.ts";
import { changeText, figureText, shareText, UNBACKED_NOTE } from "../format.ts";
import type { Cell, Table, Tone } from "../report.ts";
import { correctionOf, type ComparisonInput } from "./input.ts";

/** The judged metrics: what they are called, and which threshold judges them. */
export const JUDGED: Readonly<Record<string, { readonly title: string; readonly threshold: keyof Thresholds }>> = {
  cpuUsPerRequest: { title: "CPU per request", threshold: "cpu" },
  responseTimeP99Ms: { title: "p99 response time", threshold: "p99" },
  requestsPerSecond: { title: "throughput", threshold: "throughput" },
  spansLostShare: { title: "spans lost", threshold: "lost" },
};

const COLUMNS = [
  { title: "metric", numeric: false },
  { title: "phase", numeric: false },
  { title: "variant", numeric: false },
  { title: "base", numeric: true },
  { title: "candidate", numeric: true },
  { title: "change", numeric: true },
  { title: "verdict", numeric: false },
];

const TONES: Readonly<Record<string, Tone>> = { regression: "bad", improvement: "good" };

/** One row for each variant and metric, the worst verdicts first; rows that lost no span in either are told in a note. */
export function comparisonTable(input: ComparisonInput): Table {
  const lossless = input.comparisons.filter(isLossless);
  const shown = input.comparisons.filter((comparison) => !isLossless(comparison)).toSorted(byVerdict);
  const rows = shown.map((comparison) => rowOf(comparison, input));
  const unbacked = rows.some((row) => row.some((cell) => cell.tone === "doubtful"));
  const notes = [
    ...(lossless.length === 0 ? [] : [`No span was lost in either, in ${lossless.length} comparisons not shown here.`]),
    ...(unbacked ? [UNBACKED_NOTE] : []),
  ];
  return {
    id: "comparison",
    title: "Candidate against base",
    about: correctionOf(input),
    columns: COLUMNS,
    rows,
    notes,
  };
}

function isLossless({ base, candidate, ratio }: Comparison): boolean {
  return ratio.metric === "spansLostShare" && base.center === 0 && candidate.center === 0;
}

const ORDER = ["regression", "improvement", "inconclusive", undefined, "equivalent"];

function byVerdict(a: Comparison, b: Comparison): number {
  return ORDER.indexOf(a.ratio.verdict) - ORDER.indexOf(b.ratio.verdict);
}

function rowOf({ base, candidate, ratio }: Comparison, { variantLabel, design }: ComparisonInput): Cell[] {
  const drift = design === "moments" && ratio.variant === "none" && ratio.unit === "ratio";
  const rounds = ratio.n === 1 ? "1 round" : `${ratio.n} rounds`;
  const tone = ratio.verdict && TONES[ratio.verdict];
  return [
    { text: JUDGED[ratio.metric]?.title ?? ratio.metric },
    { text: ratio.phase },
    { text: variantLabel(ratio.variant) },
    figureCell(base),
    figureCell(candidate),
    { text: changeOf(ratio), value: ratio.center, ...doubtOf(ratio) },
    { text: ratio.verdict ?? (drift ? "none: the machine's drift" : `none (${rounds})`), ...(tone && { tone }) },
  ];
}

function figureCell(estimate: Estimate): Cell {
  return { text: figureOf(estimate), value: estimate.center, ...doubtOf(estimate) };
}

function doubtOf({ low }: Estimate): Pick<Cell, "tone"> {
  return low === undefined ? { tone: "doubtful" } : {};
}

/** With its unit, since one column holds several. */
function figureOf(estimate: Estimate): string {
  if (estimate.unit === "ratio") return `${changeText(estimate)} against none`;
  if (estimate.unit === "share") return shareText(estimate);
  return `${figureText(estimate)} ${UNITS[estimate.unit] ?? estimate.unit}`;
}

const UNITS: Readonly<Record<string, string>> = { "us/request": "µs" };

/** A ratio in percent; a difference of shares in percentage points. */
export function changeOf(ratio: Estimate): string {
  if (ratio.unit !== "share") return changeText(ratio);
  return `${ratio.center > 0 ? "+" : ""}${shareText(ratio)} of the spans`;
}
