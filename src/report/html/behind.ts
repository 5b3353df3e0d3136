import { ASKED_FOR } from "../charts/percentiles.ts";
import { countText, percentText, plain } from "../format.ts";
import type { Cell, Chart, PercentileView, Table, TrendView } from "../report.ts";

/** Titles of the columns and rows of one view. */
interface Shown {
  readonly titles: readonly string[];
  readonly rows: Table["rows"];
}

/** The tables behind a chart: what it shows, as text, one table a view. */
export function tablesBehind(chart: Chart): Table[] {
  return shownBy(chart).map(({ titles, rows }, at) => {
    const columns = titles.map((title, column) => ({ title, numeric: column > 0 }));
    return { id: `${chart.id}-data-${at}`, title: chart.views[at]!.label, about: "", columns, rows, notes: [] };
  });
}

function shownBy(chart: Chart): Shown[] {
  switch (chart.kind) {
    case "intervals":
      return chart.views.map(({ points }) => ({
        titles: ["variant", "change"],
        rows: points.map(({ label, text, center }) => [{ text: label }, { text, value: center }]),
      }));
    case "percentiles":
      return chart.views.map(byPercentile);
    case "stacks":
      return chart.views.map(({ parts, bars }) => ({
        titles: ["variant", ...parts],
        rows: bars.map(({ label, values }) => [{ text: label }, ...values.map((spans) => spansCell(spans, values))]),
      }));
    case "trend":
      return chart.views.map(({ runs, lines }) => ({
        titles: ["variant", ...runs],
        rows: lines.map(({ label, points }) => [{ text: label }, ...runs.map((_, run) => runCell(points, run))]),
      }));
    default:
      return chart.views.map(({ xAxis, yAxis, points }) => ({
        titles: ["variant", xAxis, yAxis, "on the front"],
        rows: points.map((point) => [
          { text: point.label },
          { text: plain(point.x), value: point.x },
          { text: plain(point.y), value: point.y },
          { text: point.onFront ? "yes" : "no" },
        ]),
      }));
  }
}

function byPercentile({ series }: PercentileView): Shown {
  const reached = new Set(series.flatMap(({ points }) => points.map(([percentile]) => percentile)));
  const asked = ASKED_FOR.filter((percentile) => reached.has(percentile));
  return {
    titles: ["variant", ...asked.map((percentile) => `p${percentile} (ms)`)],
    rows: series.map(({ label, points }) => [
      { text: label },
      ...asked.map((percentile) => latencyCell(points, percentile)),
    ]),
  };
}

function latencyCell(points: readonly (readonly [number, number])[], percentile: number): Cell {
  const ms = points.find(([own]) => own === percentile)?.[1];
  return ms === undefined ? { text: "–" } : { text: plain(ms), value: ms };
}

function runCell(points: TrendView["lines"][number]["points"], run: number): Cell {
  const point = points.find((own) => own.run === run);
  return point === undefined ? { text: "–" } : { text: point.text, value: point.y };
}

function spansCell(spans: number, all: readonly number[]): Cell {
  const total = all.reduce((sum, count) => sum + count, 0);
  return { text: `${countText(spans)} (${percentText(spans / total)})`, value: spans };
}
