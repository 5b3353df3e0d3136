import { ASKED_FOR } from "../../charts/percentiles.ts";
import { plain } from "../../format.ts";
import type { PercentileView } from "../../report.ts";
import { markOf } from "../palette.ts";
import { centered, GRID, type Option } from "./layout.ts";

/** A line a variant, marked at the percentiles that people ask for. */
export function percentiles({ series }: PercentileView): Option {
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
