import type { Chart } from "../../report.ts";
import type { Marks } from "../palette.ts";
import { front } from "./front.ts";
import { intervals } from "./intervals.ts";
import type { Option } from "./layout.ts";
import { percentiles } from "./percentiles.ts";
import { stacks } from "./stacks.ts";
import { trend } from "./trend.ts";

/** One option for each view of the chart. */
export function optionsOf(chart: Chart, marks: Marks): Option[] {
  switch (chart.kind) {
    case "intervals":
      return chart.views.map(intervals);
    case "percentiles":
      return chart.views.map((view) => percentiles(view, marks));
    case "stacks":
      return chart.views.map(stacks);
    case "trend":
      return chart.views.map((view) => trend(view, marks));
    default:
      return chart.views.map((view) => front(view, marks));
  }
}

/** Rows of a chart with a row a variant, so that the page can give it its height; undefined for the others. */
export function rowsOf(chart: Chart): number | undefined {
  if (chart.kind === "intervals") return Math.max(...chart.views.map((view) => view.points.length));
  return chart.kind === "stacks" ? Math.max(...chart.views.map((view) => view.bars.length)) : undefined;
}
