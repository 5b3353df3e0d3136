/**
 * Charts as ECharts options: plain data, so that nothing in the page has to be computed.
 * Strings that begin with `@` stand for what only the page knows (`@percentile` a formatter, `@ink` a colour of the
 * theme); `tip` is the text a data item shows under the pointer.
 */
import { ASKED_FOR } from "../charts/percentiles.ts";
import { countText, plain } from "../format.ts";
import type { Chart, FrontView, IntervalView, PercentileView, StackView } from "../report.ts";
import { markOf, partColors } from "./palette.ts";

export type Option = Readonly<Record<string, unknown>>;

/** One option for each view of the chart. */
export function optionsOf(chart: Chart): Option[] {
  switch (chart.kind) {
    case "intervals":
      return chart.views.map(intervals);
    case "percentiles":
      return chart.views.map(percentiles);
    case "stacks":
      return chart.views.map(stacks);
    default:
      return chart.views.map(front);
  }
}

/** Rows of a chart with a row a variant, so that the page can give it its height; undefined for the others. */
export function rowsOf(chart: Chart): number | undefined {
  if (chart.kind === "intervals") return Math.max(...chart.views.map((view) => view.points.length));
  return chart.kind === "stacks" ? Math.max(...chart.views.map((view) => view.bars.length)) : undefined;
}

const LABELS = { width: 150, overflow: "break", lineHeight: 15 };
const SMALL_LABELS = { axisLabel: { width: 82, fontSize: 11 } };
const GRID = { left: 12, right: 24, top: 16, bottom: 40, containLabel: true };
const centered = (name: string): Option => ({ name, nameLocation: "middle", nameGap: 28 });

/** The same, with less room for the names of rows on a phone. */
function withRows(option: Option): Option {
  return {
    baseOption: option,
    media: [{ query: { maxWidth: 480 }, option: { yAxis: SMALL_LABELS, grid: { right: 52 } } }],
  };
}

function intervals({ axis, points }: IntervalView): Option {
  const bars = points.flatMap(({ low, high, label }) =>
    low === undefined || high === undefined
      ? []
      : [
          [low, label],
          [high, label],
          [null, null],
        ],
  );
  const dots = points.map(({ center, label, low, text }) => ({
    value: [center, label],
    tip: `${label}: ${text}`,
    name: text,
    ...(low === undefined ? { itemStyle: { color: "@paper", borderColor: "@accent", borderWidth: 2 } } : {}),
  }));
  return withRows({
    grid: GRID,
    tooltip: { trigger: "item" },
    xAxis: { type: "value", ...centered(axis), scale: false },
    yAxis: {
      type: "category",
      inverse: true,
      data: points.map(({ label }) => label),
      axisLabel: LABELS,
      boundaryGap: true,
    },
    series: [
      {
        type: "line",
        data: bars,
        symbol: "rect",
        symbolSize: [2, 12],
        lineStyle: { width: 2 },
        color: "@accent",
        silent: true,
      },
      {
        type: "scatter",
        data: dots,
        symbolSize: 11,
        color: "@accent",
        label: { show: true, formatter: "{b}", position: "top", distance: 8, fontSize: 11, color: "@ink" },
        labelLayout: { hideOverlap: true },
        markLine: {
          symbol: "none",
          silent: true,
          data: [{ xAxis: 0 }],
          label: { show: false },
          lineStyle: { color: "@ink", type: "solid" },
        },
      },
    ],
  });
}

function percentiles({ series }: PercentileView): Option {
  const rarest = Math.max(...series.flatMap(({ points }) => points.map(([percentile]) => scaled(percentile))));
  return {
    grid: { ...GRID, top: 48 },
    legend: { type: "scroll", top: 4 },
    tooltip: { trigger: "axis" },
    xAxis: {
      type: "log",
      ...centered("percentile of requests"),
      min: 1,
      max: rarest,
      axisLabel: { formatter: "@percentile", showMaxLabel: false },
      axisPointer: { label: { formatter: "@percentile" } },
    },
    yAxis: { type: "value", name: "ms", min: 0 },
    series: series.map(({ label, points }, index) => {
      const { color, symbol, dash } = markOf(index);
      const data = points.map(([percentile, ms]) => ({
        value: [scaled(percentile), ms],
        tip: `${label}: ${plain(ms)} ms`,
        ...(ASKED_FOR.includes(percentile) ? {} : { symbol: "none" }),
      }));
      return {
        type: "line",
        name: label,
        data,
        color,
        symbol,
        symbolSize: 6,
        showAllSymbol: false,
        lineStyle: { type: dash, width: 2 },
      };
    }),
  };
}

/** HdrHistogram's x: 1 / (1 − p), so that 90 %, 99 % and 99.9 % are equally far apart. */
function scaled(percentile: number): number {
  return Number((100 / (100 - percentile)).toPrecision(6));
}

function stacks({ parts, bars }: StackView): Option {
  const totals = bars.map(({ values }) => values.reduce((total, value) => total + value, 0));
  const colors = partColors(parts);
  return withRows({
    grid: { ...GRID, top: 48 },
    legend: { type: "scroll", top: 4 },
    tooltip: { trigger: "item" },
    xAxis: { type: "value", max: 100, ...centered("% of spans") },
    yAxis: { type: "category", inverse: true, data: bars.map(({ label }) => label), axisLabel: LABELS },
    series: parts.map((part, at) => ({
      type: "bar",
      name: part,
      stack: "spans",
      barMaxWidth: 28,
      color: colors[at],
      data: bars.map(({ label, values }, row) => {
        const share = (100 * values[at]!) / totals[row]!;
        return {
          value: share,
          tip: `${label}: ${part} ${plain(share)} % (${countText(values[at]!)} spans)`,
        };
      }),
    })),
  });
}

function front({ xAxis, yAxis, points }: FrontView): Option {
  const ranges = points.flatMap(({ x, y, xRange, yRange }) => [
    ...(xRange === undefined
      ? []
      : [
          [xRange[0], y],
          [xRange[1], y],
          [null, null],
        ]),
    ...(yRange === undefined
      ? []
      : [
          [x, yRange[0]],
          [x, yRange[1]],
          [null, null],
        ]),
  ]);
  const best = points.filter(({ onFront }) => onFront).toSorted((a, b) => a.x - b.x);
  return {
    grid: { ...GRID, top: 28, right: 40 },
    tooltip: { trigger: "item" },
    xAxis: { type: "value", ...centered(xAxis) },
    yAxis: { type: "value", ...centered(yAxis), nameGap: 36, min: 0, max: 100 },
    series: [
      {
        type: "line",
        data: best.map(({ x, y }) => [x, y]),
        symbol: "none",
        step: "end",
        silent: true,
        color: "#009e73",
        lineStyle: { type: "dashed", width: 1.5 },
      },
      {
        type: "line",
        data: ranges,
        symbol: "none",
        silent: true,
        color: "@accent",
        lineStyle: { width: 1.5, opacity: 0.6 },
      },
      {
        type: "scatter",
        data: points.map(({ label, x, y, onFront, text }) => ({
          value: [x, y],
          name: label,
          tip: `${label}: ${text}`,
          symbol: onFront ? "circle" : "diamond",
          itemStyle: { color: onFront ? "#009e73" : "#d55e00" },
        })),
        symbolSize: 12,
        label: { show: true, formatter: "{b}", position: "top", fontSize: 12, color: "@ink" },
        labelLayout: { hideOverlap: true },
      },
    ],
  };
}
