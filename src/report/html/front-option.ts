import type { FrontChart } from "../report.ts";
import { axis, GRID, rangeLine, type Option } from "./option.ts";
import { markOf } from "./palette.ts";

/** A symbol a variant with both intervals, filled if it is on the Pareto front. */
export function frontOption({ xAxis, yAxis, points }: FrontChart, isLabelled: boolean): Option {
  const middle = Math.max(0, ...points.map(({ x }) => x)) / 2;
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
  return {
    grid: GRID,
    xAxis: { type: "value", ...axis(xAxis) },
    yAxis: { type: "value", ...axis(yAxis), nameGap: 40, min: 0, max: 100 },
    series: [
      rangeLine(ranges, "var(--faint)"),
      {
        type: "scatter",
        z: 3,
        symbolSize: 13,
        data: points.map(({ variant, label, x, y, onFront }) => {
          const { color, shape } = markOf(variant);
          return {
            value: [x, y],
            name: label,
            symbol: `path://${shape}`,
            itemStyle: { color: onFront ? color : "var(--paper)", borderColor: color, borderWidth: 2, opacity: 1 },
            // away from both edges
            label: { align: x < middle ? "left" : "right" },
          };
        }),
        label: { show: isLabelled, formatter: "{b}", fontSize: 12, color: "var(--ink)", position: "top", distance: 7 },
        labelLayout: { hideOverlap: true },
      },
    ],
  };
}
