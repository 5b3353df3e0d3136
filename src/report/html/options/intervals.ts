import type { IntervalView } from "../../report.ts";
import { centered, GRID, OVER_LINES, withRows, type Option } from "./layout.ts";

/** A dot and a bar a variant, on the scale of the change. */
export function intervals({ axis, points }: IntervalView): Option {
  const bars = points.flatMap(({ low, high }, row) =>
    low === undefined || high === undefined
      ? []
      : [
          [low, row],
          [high, row],
          [null, null],
        ],
  );
  const dots = points.map(({ center, label, low, text }, row) => ({
    value: [center, row],
    tip: `${label}: ${text}`,
    name: text,
    ...(low === undefined ? { itemStyle: { color: "@paper", borderColor: "@accent", borderWidth: 2 } } : {}),
  }));
  const option = {
    grid: GRID,
    tooltip: { trigger: "item" },
    xAxis: { type: "value", ...centered(axis), scale: false },
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
        itemStyle: { opacity: 1 },
        label: { show: true, formatter: "{b}", position: "top", distance: 6, fontSize: 12, ...OVER_LINES },
        markLine: {
          symbol: "none",
          silent: true,
          data: [{ xAxis: 0 }],
          label: { show: false },
          lineStyle: { color: "@ink", type: "solid" },
        },
      },
    ],
  };
  return withRows(
    option,
    points.map(({ label }) => label),
  );
}
