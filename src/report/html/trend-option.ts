import type { TrendChart } from "../report.ts";
import { axis, GRID, rangeLine, type Option } from "./option.ts";
import { markOf } from "./palette.ts";

/** A line a variant over runs with the interval of each. */
export function trendOption({ runs, yAxis, series }: TrendChart): Option {
  return {
    grid: { ...GRID, top: 32 },
    xAxis: {
      type: "category",
      data: runs,
      ...axis(""),
      axisLabel: { color: "var(--ink)", hideOverlap: true, fontSize: 11 },
    },
    yAxis: { type: "value", ...axis(yAxis), nameGap: 44, scale: true },
    series: series.flatMap(({ variant, points }): Option[] => {
      const { color, shape } = markOf(variant);
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
          data: points.map(({ run, y }) => [run, y]),
          color,
          symbol: `path://${shape}`,
          symbolSize: 8,
          lineStyle: { width: 2 },
        },
        rangeLine(ranges, color),
      ];
    }),
  };
}
