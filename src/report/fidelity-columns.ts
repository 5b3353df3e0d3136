/** Columns of what sampling kept; the metrics are those of estimate/fidelity/. */
import { errorText, figureText, shareText, type Figure } from "./format.ts";

export interface FidelityColumn {
  readonly title: string;
  readonly metric: string;
  readonly unit?: string;
  readonly text: (figure: Figure) => string;
}

const share = (title: string, metric: string): FidelityColumn => ({
  title,
  metric,
  text: (figure) => shareText(figure),
});
/** The error of an estimate against the truth. */
const error = (title: string, metric: string): FidelityColumn => ({ title, metric, text: errorText });
const number = (title: string, metric: string, unit?: string): FidelityColumn => ({
  title,
  metric,
  text: (figure) => figureText(figure),
  ...(unit !== undefined && { unit }),
});

export const AMOUNT: readonly FidelityColumn[] = [
  share("traces", "keptTraces"),
  share("spans", "keptSpans"),
  share("bytes", "keptBytes"),
  number("spans/request", "keptSpansPerRequest"),
];
export const SEEN: readonly FidelityColumn[] = [
  share("failed", "errorRecall"),
  share("slowest 1 %", "tailRecall"),
  share("rare routes", "rareRouteRecall"),
  share("shapes", "shapeCoverage"),
  share("edges", "edgeCoverage"),
  share("whole", "wholeTraces"),
];
/** What the first table of a report shows; the other columns are details. */
const FIRST: ReadonlySet<string> = new Set([
  "keptTraces",
  "errorRecall",
  "tailRecall",
  "rareRouteRecall",
  "shapeCoverage",
]);
const ALL = [...AMOUNT, ...SEEN];
/** Without the unit, which the table names. */
export const KEPT: readonly FidelityColumn[] = ALL.filter(({ metric }) => FIRST.has(metric)).map(
  ({ title, metric }) => ({ title, metric, text: (figure) => shareText(figure, "") }),
);
export const KEPT_DETAILS: readonly FidelityColumn[] = ALL.filter(({ metric }) => !FIRST.has(metric));
export const ERRORS: readonly FidelityColumn[] = [
  error("requests", "requestCountError"),
  error("error rate", "errorRateError"),
  error("p50", "p50Error"),
  error("p99", "p99Error"),
];
export const INCIDENT: readonly FidelityColumn[] = [
  share("its failures kept", "incidentRecall"),
  number("first one kept after", "incidentFirstKeptMs", "ms"),
];

export const ABOUT = {
  kept: "Requests that the driver sent, joined with the spans that arrived. Kept: its trace arrived whole. Slowest 1 %: of each route. Rare routes have less than 5 % of the traffic. Shapes: distinct paths of service and operation. Brackets hold for rounds like these. ≤: at most, because the traces of some lost spans are unknown.",
  details:
    "Spans and bytes: of what keeping everything sends. Edges: calls between services. Whole: of the traces that arrived, those with all their sampled spans.",
  errors:
    "Errors of estimates from kept traces: Horvitz–Thompson and Hájek with a valid weight; without one, the kept traces are taken for all.",
} as const;
