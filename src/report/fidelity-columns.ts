/** What is told of a strategy's fidelity, table by table; the metrics are those of estimate/fidelity/fidelity-metrics.ts. */
import { errorText, figureText, shareText, type Figure } from "./format.ts";

export interface FidelityColumn {
  readonly title: string;
  readonly metric: string;
  readonly unit?: string;
  readonly text: (figure: Figure) => string;
}

const share = (title: string, metric: string): FidelityColumn => ({ title, metric, text: shareText });
/** An estimate's error, as change against the truth. */
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
  amount: "Shares of what keeping everything is.",
  seen: "Failed requests, the slowest 1 % of each route, routes under 5 % of the traffic, distinct paths of service and operation, calls between services; whole: of the traces that arrived, those with all their sampled spans (≤: at most so many).",
  errors:
    "Errors of estimates from kept traces: Horvitz–Thompson and Hájek with a valid weight; without one, the kept traces are taken for all.",
} as const;
