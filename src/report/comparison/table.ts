import { isBaseline } from "../../plan/variant.ts";
import { isLossless, type Comparison } from "../../estimate/compare.ts";
import type { Estimate } from "../../estimate/estimate.ts";
import type { Verdict } from "../../estimate/verdict.ts";
import type { Thresholds } from "../../record/metric.ts";
import { findMetric } from "../../record/metrics.ts";
import { changeOfDifference, estimateText, metricTitle, verdictText } from "../format.ts";
import type { Cell, Table, Tone } from "../report.ts";
import { baselineName } from "../run.ts";
import { figureCell, figures, shownTable, words } from "../tables/table.ts";
import type { TracingChange } from "../../estimate/changes/tracing-change.ts";
import type { Results } from "../../record/results.ts";
import type { TrialRecord } from "../../record/trial-record.ts";

/** A results file or a build that is compared. */
export interface ComparedSide {
  /** The name that the user gave: a file, or a commit. */
  readonly label: string;
  /** The commits, of service and Spantoll, and when it was measured. */
  readonly about: string;
  readonly records: readonly TrialRecord[];
}

/** A finished comparison. */
export interface ComparisonInput {
  /** `moments`: two files, each corrected by its own `none`. `builds`: two builds, measured in the same rounds. */
  readonly design: "moments" | "builds";
  readonly base: ComparedSide;
  readonly candidate: ComparedSide;
  readonly comparisons: readonly Comparison[];
  /** Of two builds: what tracing adds in each. */
  readonly tracing: readonly TracingChange[];
  /** What could not be compared, and why. */
  readonly unavailable: readonly string[];
  readonly thresholds: Thresholds;
  /** Differences of the two runs that `--anyway` overruled. */
  readonly differences: readonly string[];
  readonly isOneFile: boolean;
  /** Whether the base is the later commit, measured later. */
  readonly isSwapped?: boolean;
  readonly onlyInBase: readonly string[];
  readonly onlyInCandidate: readonly string[];
  /** The candidate's run. */
  readonly run: Pick<Results, "environment" | "scenario" | "records" | "plan" | "notes">;
  readonly variantLabel: (variant: string) => string;
}

/** How the speed of the machine is kept out of the comparison. */
export function correctionOf({ design, run }: ComparisonInput): string {
  const baseline = baselineName(run);
  return design === "moments"
    ? `Each figure is divided by the same file's ${baseline}, round by round, so that what changed on the machine between the files cancels. A change is the quotient of these ratios: from −50 % to −52 % is 0.48 / 0.50, −4 %. ${baseline} itself shows the shift between the files, and gets no verdict.`
    : "Both builds ran in the same rounds, side by side in the cost phase, and are compared round by round.";
}

/** A change of the baseline between two moments: of the machine, or of the service. */
export function isShift(
  { design, run }: Pick<ComparisonInput, "design" | "run">,
  { variant }: Pick<Estimate, "variant">,
): boolean {
  return design === "moments" && run.plan.variants.some((one) => one.id === variant && isBaseline(one));
}

const TONES: Partial<Record<Verdict, Tone>> = { regression: "bad", improvement: "good" };

/** One table for each phase and metric; a note instead of a table if neither lost a span. */
export function comparisonTables(input: ComparisonInput): Table[] {
  const lossless = input.comparisons.filter(isLossless);
  const shown = input.comparisons.filter((comparison) => !isLossless(comparison));
  const groups = [...Map.groupBy(shown, ({ ratio }) => `${ratio.phase}-${ratio.metric}`)];
  return groups.flatMap(([id, comparisons], at) =>
    shownTable({
      id: `comparison-${id}`,
      title: titleOf(comparisons[0]!, input),
      columns: columnsOf(
        comparisons.find(({ base }) => base.unit === "ratio") ?? comparisons[0]!,
        baselineName(input.run),
      ),
      rows: comparisons.map((comparison) => rowOf(comparison, input)),
      notes: [
        ...(at === 0 ? [correctionOf(input)] : []),
        ...(at === groups.length - 1 && lossless.length > 0 ? [losslessNote(lossless)] : []),
      ],
    }),
  );
}

/** Of two builds: what tracing adds in each, and its change. */
export function tracingTable({ tracing, variantLabel, run }: ComparisonInput): Table[] {
  return shownTable({
    id: "tracing",
    title: "What tracing adds to a request (CPU, cost phase)",
    columns: [words("variant"), ...["base", "candidate", "change"].map((title) => figures(title, "µs"))],
    rows: tracing.map(({ base, candidate, change }) => [
      { text: variantLabel(change.variant) },
      ...[base, candidate].map((estimate) => figureCell(estimate, estimateText)),
      figureCell(change, () => changeOfDifference(base, candidate, change)),
    ]),
    notes: [`Against ${baselineName(run)} of the same build, so that a change of the service itself is not in it.`],
  });
}

/** `CPU per request, cost phase (threshold 2 %)` */
function titleOf({ ratio }: Comparison, { thresholds }: ComparisonInput): string {
  return `${metricTitle(ratio.metric)}, ${ratio.phase} phase${thresholdOf(ratio, thresholds)}`;
}

/** ` (threshold 2 %)`, or nothing. */
export function thresholdOf({ metric }: Estimate, thresholds: Thresholds): string {
  const threshold = findMetric(metric)?.threshold;
  return threshold === undefined ? "" : ` (threshold ${thresholdText(thresholds[threshold])})`;
}

export function thresholdText(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}

function columnsOf({ base, ratio }: Comparison, baseline: string): Table["columns"] {
  const unit = base.unit === "share" ? undefined : base.unit === "ratio" ? `against ${baseline}` : shortUnit(base.unit);
  return [
    words("variant"),
    figures("base", unit),
    figures("candidate", unit),
    figures("change", ratio.unit === "share" ? "of the spans" : undefined),
    words("verdict"),
  ];
}

function shortUnit(unit: string): string {
  return unit === "us/request" ? "µs" : unit;
}

function losslessNote(lossless: readonly Comparison[]): string {
  const phases = [...Map.groupBy(lossless, ({ ratio }) => ratio.phase)].map(
    ([phase, { length }]) => `${length} ${length === 1 ? "variant" : "variants"} (${phase})`,
  );
  return `Spans lost: none in either, for ${phases.join(", ")}.`;
}

function rowOf({ base, candidate, ratio }: Comparison, input: ComparisonInput): Cell[] {
  const isNone = isShift(input, ratio);
  const unit = isNone && base.unit !== "ratio" ? ` ${shortUnit(base.unit)}` : "";
  const verdict = isNone && ratio.verdict === undefined ? { text: "– (shift)" } : verdictCell(ratio);
  return [
    { text: input.variantLabel(ratio.variant) },
    ...[base, candidate].map((side) => figureCell(side, (figure) => `${estimateText(figure)}${unit}`)),
    figureCell(ratio, estimateText),
    verdict,
  ];
}

export function verdictCell(estimate: Estimate): Cell {
  const { verdict } = estimate;
  return { text: verdictText(estimate), tone: verdict && TONES[verdict] };
}

/** `2 equivalent, 1 improvement, 3 inconclusive` */
export function verdictCounts(ratios: readonly Estimate[]): string[] {
  return (["equivalent", "improvement", "inconclusive"] as const).flatMap((verdict) => {
    const count = ratios.filter((ratio) => ratio.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
}
