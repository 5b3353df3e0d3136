import type { TrendChart } from "../report.ts";
import { axis, GRID, rangeLine, type Option } from "./option.ts";
import { markOf } from "./palette.ts";

/** A line a variant over the steps, with the interval of each point. */
export function trendOption({ steps, yAxis, series }: TrendChart): Option {
  return {
    grid: { ...GRID, top: 32 },
    xAxis: {
      type: "category",
      data: steps,
      ...axis(""),
      axisLabel: { color: "var(--ink)", hideOverlap: true, fontSize: 11 },
    },
    yAxis: { type: "value", ...axis(yAxis), nameGap: 44, scale: true },
    series: series.flatMap(({ variant, points }): Option[] => {
      const { color, shape } = markOf(variant);
      const ranges = points.flatMap(({ at, yRange }) =>
        yRange === undefined
          ? []
          : [
              [at, yRange[0]],
              [at, yRange[1]],
              [null, null],
            ],
      );
      return [
        {
          type: "line",
          data: points.map(({ at, y }) => [at, y]),
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
