import type { IntervalView } from "../../report.ts";
import { centered, GRID, LABELS, withRows, type Option } from "./layout.ts";

/** A dot and a bar a variant, on the scale of the change. */
export function intervals({ axis, points }: IntervalView): Option {
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
