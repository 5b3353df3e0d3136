import type { FrontView } from "../../report.ts";
import { centered, GRID, type Option } from "./layout.ts";

/** A dot a variant with both intervals, and the line of those that no other beats. */
export function front({ xAxis, yAxis, points }: FrontView): Option {
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
