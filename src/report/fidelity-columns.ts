/** Columns of what sampling kept; the metrics are those of estimate/fidelity/. */
import type { Column } from "./report.ts";
import { errorText, estimateText } from "./format.ts";
import { figures } from "./tables/table.ts";

export interface FidelityColumn extends Column {
  readonly metric: string;
  readonly text: (figure: Parameters<typeof estimateText>[0]) => string;
}

export function fidelityColumn(title: string, metric: string, unit?: string, text = estimateText): FidelityColumn {
  return { ...figures(title, unit), metric, text };
}

export const AMOUNT: readonly FidelityColumn[] = [
  fidelityColumn("traces", "keptTraces"),
  fidelityColumn("spans", "keptSpans"),
  fidelityColumn("bytes", "keptBytes"),
  fidelityColumn("spans/request", "keptSpansPerRequest"),
];
export const SEEN: readonly FidelityColumn[] = [
  fidelityColumn("failed", "errorRecall"),
  fidelityColumn("slowest 1 %", "tailRecall"),
  fidelityColumn("rare routes", "rareRouteRecall"),
  fidelityColumn("shapes", "shapeCoverage"),
  fidelityColumn("edges", "edgeCoverage"),
  fidelityColumn("whole", "wholeTraces"),
];
/** Of an estimate against the truth. */
export const ERRORS: readonly FidelityColumn[] = [
  fidelityColumn("requests", "requestCountError", undefined, errorText),
  fidelityColumn("error rate", "errorRateError", undefined, errorText),
  fidelityColumn("p50", "p50Error", undefined, errorText),
  fidelityColumn("p99", "p99Error", undefined, errorText),
];
export const ABOUT_ERRORS =
  "Errors of estimates from kept traces: Horvitz–Thompson and Hájek with a valid weight; without one, the kept traces are taken for all.";
