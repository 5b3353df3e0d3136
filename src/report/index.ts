import { registry, type Registry } from "../base/registry.ts";
import { html } from "./reporters/html.ts";
import { json } from "./reporters/json.ts";
import type { ReporterKind } from "./reporters/kind.ts";
import { markdown } from "./reporters/markdown.ts";
import { prometheus } from "./reporters/openmetrics.ts";
import { terminal } from "./reporters/terminal.ts";

export const reporters: Registry<ReporterKind> = registry("reporter", [terminal, markdown, html, prometheus, json]);

export { buildAdvice } from "./advice/advice.ts";
export { buildReport } from "./build.ts";
export { buildCalibration } from "./calibration.ts";
export { buildHistory, type HistoryInput } from "./history/history.ts";
export { buildComparison } from "./comparison/comparison.ts";
export type { ComparisonInput } from "./comparison/input.ts";
export * from "./fidelity-columns.ts";
export { countText, plain } from "./format.ts";
export { isMicro } from "./micro.ts";
export { partsTable } from "./tables/parts.ts";
export type { Cell, Report, Table } from "./report.ts";
export { renderHtml } from "./reporters/html.ts";
export type { Medium } from "./reporters/kind.ts";
export { renderMarkdown } from "./reporters/markdown.ts";
export { metricsText } from "./reporters/openmetrics.ts";
export { renderTerminal, type Page } from "./reporters/terminal.ts";
