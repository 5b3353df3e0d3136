import { shareText } from "../format.ts";
import { keptFigure } from "../kept.ts";
import { METRIC } from "../metrics.ts";
import type { Table } from "../report.ts";
import type { Run } from "../run.ts";
import { metricTable, type MetricColumn } from "./columns.ts";

/** What each strategy keeps of what one would want to see. */
export function keptTable(run: Run): Table[] {
  const about = "Joined from what the driver knows about every request and what the backend received.";
  return metricTable(run, { id: "kept", title: "What sampling kept", about }, [
    share(METRIC.keptTraces, "of all traces"),
    share(METRIC.errorRecall, "of failed requests"),
    share(METRIC.tailRecall, "of the slowest 1 %"),
    share(METRIC.rareRouteRecall, "of rare routes"),
    share(METRIC.wholeTraces, "whole traces"),
  ]);
}

function share(metric: string, title: string): MetricColumn {
  return { title, numeric: true, pick: (run, variant) => keptFigure(run, variant, metric), text: shareText };
}
