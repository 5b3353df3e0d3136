import type { TrendView } from "../../report.ts";
import type { Marks } from "../palette.ts";
import { GRID, OVER_LINES, type Option } from "./layout.ts";

/** A line a variant over runs, with the interval of each, and a label where a figure changed for good. */
export function trend({ runs, yAxis, lines }: TrendView, marks: Marks): Option {
  return {
    grid: { ...GRID, top: 40 },
    tooltip: { trigger: "item" },
    xAxis: { type: "category", data: runs, axisLabel: { hideOverlap: true, fontSize: 11 } },
    yAxis: { type: "value", name: yAxis, nameTextStyle: { align: "left" }, scale: true },
    series: lines.flatMap((line) => seriesOf(line, marks)),
  };
}

function seriesOf({ label, points, changes }: TrendView["lines"][number], marks: Marks): Option[] {
  const { color, shape, dash } = marks(label);
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
      symbol: `path://${shape}`,
      symbolSize: 8,
      showAllSymbol: true,
      lineStyle: { type: dash, width: 2 },
    },
    {
      type: "line",
      name: label,
      data: ranges,
      symbol: "none",
      silent: true,
      color,
      lineStyle: { width: 1.5, opacity: 0.6 },
    },
    {
      type: "scatter",
      name: label,
      data: changes.map(({ run, y, text }) => ({ value: [run, y], name: text, tip: `${label}: ${text}` })),
      symbol: "circle",
      symbolSize: 16,
      itemStyle: { color: "transparent", borderColor: "@ink", borderWidth: 2, opacity: 1 },
      label: { show: true, formatter: "{b}", position: "top", distance: 8, fontSize: 11, ...OVER_LINES },
    },
  ];
}
