import type { Estimate } from "../../estimate/estimate.ts";
import type { HistorySeries } from "../../estimate/history.ts";
import { measuredCommit, type Results } from "../../record/results.ts";
import { verdictCell, verdictCounts } from "../comparison/table.ts";
import { conditionsOf } from "../facts.ts";
import { estimateText, metricTitle } from "../format.ts";
import { baselineName } from "../run.ts";
import { rangeOf, type Cell, type Chart, type ReportPage, type Table } from "../report.ts";
import { figureCell, figures, NONE, shownTable, words } from "../tables/table.ts";

export interface HistoryInput {
  /** In order of time; never empty. */
  readonly runs: readonly Pick<Results, "environment">[];
  readonly newest: Pick<Results, "environment" | "scenario" | "records" | "plan">;
  readonly series: readonly HistorySeries[];
  /** Figures that could not be estimated, each with the reason. */
  readonly unavailable: readonly string[];
  /** Files that are left out, each with the reason. */
  readonly leftOut: readonly string[];
  /** Files that are used although their runs are unlike the newest, each with the differences. */
  readonly unlike: readonly string[];
}

/** The followed figures over runs as a report. Pure. */
export function buildHistory({ runs, newest, series, unavailable, leftOut, unlike }: HistoryInput): ReportPage {
  const { environment } = newest;
  const [from, to] = [runs[0]!, newest].map((run) => run.environment.startedAt.slice(0, 10));
  const span = runs.length === 1 ? `1 run of ${to}` : `${runs.length} runs from ${from} to ${to}`;
  const shown = series.filter(
    ({ unit, points }) => unit !== "share" || points.some(({ estimate }) => estimate.center > 0),
  );
  const groups = [...Map.groupBy(shown, ({ phase, metric }) => `${phase}-${metric}`)];
  return {
    title: `${span}: ${stepsText(shown)}.`,
    caveats: [
      ...unlike.map((difference) => `Followed by --anyway: ${difference}`),
      ...leftOut.map((reason) => `Left out: ${reason}`),
      ...unavailable,
    ],
    environment,
    constants: [...conditionsOf(newest), { label: "runs", value: String(runs.length) }],
    tables: groups.flatMap(([id, own]) => trendTable(id, own, newest)),
    charts: groups.map(([id, own]) => trendChart(id, own, { runs, newest })),
    warnings: [],
    method: [
      "Ratios to the baseline of the same run, so that the speed of the machine cancels; the share of spans lost as it is.",
      "Last step: the newest run against the one before it, by Welch's t over rounds; all verdicts are one family (Holm). Run number n has 1/(n(n − 1)) of the error of 5 %: of all histories in which nothing changes, at most 5 % ever show a step, so its interval grows with n. Lasting changes over many runs: --csv writes the figures for Apache Otava.",
    ],
    setting: [{ label: "newest run", value: environment.startedAt }],
  };
}

function titleOf(series: readonly HistorySeries[], newest: HistoryInput["newest"]): string {
  const { phase, metric, unit } = series[0]!;
  const baselines = new Set(
    series.flatMap(({ points }) => points.flatMap(({ estimate: { against } }) => against ?? [])),
  );
  const against = baselines.size > 1 ? "each against its own" : "against";
  return `${metricTitle(metric)}, ${phase} phase${unit === "share" ? "" : `, ${against} ${baselineName(newest)}`}`;
}

/** `the last step is a regression of CPU per request of always_on, +5 % [3, 7]` */
function stepsText(series: readonly HistorySeries[]): string {
  const steps = series.flatMap(({ lastStep, ...one }) =>
    lastStep?.verdict === undefined ? [] : [{ ...one, lastStep }],
  );
  if (steps.length === 0) return "no verdict on the last step";
  const moved = steps.filter(({ lastStep: { verdict } }) => verdict === "regression" || verdict === "improvement");
  if (moved.length === 0) return `last step: ${verdictCounts(steps.map(({ lastStep }) => lastStep)).join(", ")}`;
  const changes = moved.map(
    ({ metric, variant, lastStep }) =>
      `${lastStep.verdict} of ${metricTitle(metric)} of ${variant}, ${estimateText(lastStep)}`,
  );
  return `last step: ${changes.join("; ")}`;
}

function trendTable(id: string, series: readonly HistorySeries[], newest: HistoryInput["newest"]): Table[] {
  const rows = series.map(({ variant, points, lastStep }): Cell[] => {
    const cell = (estimate: Estimate | undefined) => figureCell(estimate, estimateText);
    return [
      { text: variant },
      { text: sparkline(points.slice(-MOST_BARS).map(({ estimate }) => estimate)) },
      cell(points[0]!.estimate),
      cell(points.find(({ startedAt }) => startedAt === newest.environment.startedAt)?.estimate),
      cell(lastStep),
      lastStep?.verdict === undefined ? NONE : verdictCell(lastStep),
    ];
  });
  return shownTable({
    id: `trend-${id}`,
    title: titleOf(series, newest),
    about: series.some(({ points }) => points.length > MOST_BARS) ? `Trend: the newest ${MOST_BARS} runs.` : "",
    columns: [
      ...["variant", "trend"].map((title) => words(title)),
      ...["first", "newest", "last step"].map((title) => figures(title)),
      words("verdict"),
    ],
    rows,
  });
}

/** A line of a terminal has room for so many. */
const MOST_BARS = 40;
const BARS = "▁▂▃▄▅▆▇█";

/** Eight heights over the reach of all intervals, so that noise stays near one height. */
function sparkline(estimates: readonly Estimate[]): string {
  const reach = estimates.flatMap(({ center, low = center, high = center }) => [low, high]);
  const [least, most] = [Math.min(...reach), Math.max(...reach)];
  const at = (share: number): number => Math.round(share * (BARS.length - 1));
  return estimates.map(({ center }) => BARS[at(most === least ? 0 : (center - least) / (most - least))]).join("");
}

function trendChart(
  id: string,
  series: readonly HistorySeries[],
  { runs, newest }: Pick<HistoryInput, "runs" | "newest">,
): Chart {
  const numbers = new Map(runs.map(({ environment }, at) => [environment.startedAt, at]));
  return {
    kind: "trend",
    id: `chart-${id}`,
    title: `${titleOf(series, newest)} over the runs`,
    about: "One line a variant, with the interval of each run.",
    xAxis: "",
    yAxis: "%",
    steps: runs.map(
      ({ environment }) => `${measuredCommit(environment).commit.slice(0, 7)} ${environment.startedAt.slice(0, 10)}`,
    ),
    series: series.map(({ variant, points, unit }) => {
      const scaled = (value: number): number => (unit === "share" ? value : value - 1) * 100;
      return {
        variant,
        label: variant,
        points: points.map(({ startedAt, estimate }) => ({
          x: numbers.get(startedAt)!,
          y: scaled(estimate.center),
          yRange: rangeOf(estimate, scaled),
        })),
      };
    }),
  };
}
