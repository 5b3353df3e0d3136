import type { TrendView } from "../../report.ts";
import { markOf } from "../palette.ts";
import { GRID, type Option } from "./layout.ts";

/** A line a variant over runs, with the interval of each, and a label where a figure changed for good. */
export function trend({ runs, yAxis, lines }: TrendView): Option {
  return {
    grid: { ...GRID, top: 56 },
    legend: { type: "scroll", top: 4, data: lines.map(({ label }) => label) },
    tooltip: { trigger: "item" },
    xAxis: { type: "category", data: runs, axisLabel: { hideOverlap: true, fontSize: 11 } },
    yAxis: { type: "value", name: yAxis, nameTextStyle: { align: "left" }, scale: true },
    series: lines.flatMap((line, index) => seriesOf(line, index)),
  };
}

function seriesOf({ label, points, changes }: TrendView["lines"][number], index: number): Option[] {
  const { color, symbol, dash } = markOf(index);
  const ranges = points.flatMap(({ run, yRange }) =>
    yRange === undefined
      ? []
      : [
          [run, yRange[0]],
          [run, yRange[1]],
          [null, null],
        ],
  );
  return [
    {
      type: "line",
      name: label,
      data: points.map(({ run, y, text }) => ({ value: [run, y], tip: `${label}: ${text}` })),
      color,
      symbol,
      symbolSize: 7,
      showAllSymbol: true,
      lineStyle: { type: dash, width: 2 },
    },
    {
      type: "line",
      data: ranges,
      symbol: "none",
      silent: true,
      color,
      lineStyle: { width: 1.5, opacity: 0.6 },
    },
    {
      type: "scatter",
      data: changes.map(({ run, y, text }) => ({ value: [run, y], name: text, tip: `${label}: ${text}` })),
      symbol: "circle",
      symbolSize: 16,
      itemStyle: { color: "transparent", borderColor: "@ink", borderWidth: 2 },
      label: { show: true, formatter: "{b}", position: "top", distance: 8, fontSize: 11, color: "@ink" },
      labelLayout: { hideOverlap: true },
    },
  ];
}
