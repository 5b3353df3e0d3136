/** Columns of what sampling kept; the metrics are those of estimate/fidelity/. */
import type { Column } from "./report.ts";
import { errorText, figureText, shareText, type Figure } from "./format.ts";
import { figures } from "./tables/table.ts";

export interface FidelityColumn extends Column {
  readonly metric: string;
  readonly text: (figure: Figure) => string;
}

export const shareOf = (title: string, metric: string): FidelityColumn => ({
  ...figures(title),
  metric,
  text: (figure) => shareText(figure),
});
export const numberOf = (title: string, metric: string, unit?: string, factor = 1): FidelityColumn => ({
  ...figures(title, unit),
  metric,
  text: (figure) => figureText(figure, factor),
});
/** The error of an estimate against the truth. */
const errorOf = (title: string, metric: string): FidelityColumn => ({ ...figures(title), metric, text: errorText });

export const AMOUNT: readonly FidelityColumn[] = [
  shareOf("traces", "keptTraces"),
  shareOf("spans", "keptSpans"),
  shareOf("bytes", "keptBytes"),
  numberOf("spans/request", "keptSpansPerRequest"),
];
export const SEEN: readonly FidelityColumn[] = [
  shareOf("failed", "errorRecall"),
  shareOf("slowest 1 %", "tailRecall"),
  shareOf("rare routes", "rareRouteRecall"),
  shareOf("shapes", "shapeCoverage"),
  shareOf("edges", "edgeCoverage"),
  shareOf("whole", "wholeTraces"),
];
export const ERRORS: readonly FidelityColumn[] = [
  errorOf("requests", "requestCountError"),
  errorOf("error rate", "errorRateError"),
  errorOf("p50", "p50Error"),
  errorOf("p99", "p99Error"),
];
export const ABOUT_ERRORS =
  "Errors of estimates from kept traces: Horvitz–Thompson and Hájek with a valid weight; without one, the kept traces are taken for all.";
