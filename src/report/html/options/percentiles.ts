import { ASKED_FOR } from "../../charts/percentiles.ts";
import { plain } from "../../format.ts";
import type { PercentileView } from "../../report.ts";
import type { Marks } from "../palette.ts";
import { centered, GRID, type Option } from "./layout.ts";

/** A line a variant, marked at the percentiles that people ask for. */
export function percentiles({ series }: PercentileView, marks: Marks): Option {
  const points = series.flatMap((line) => line.points.filter(([, ms]) => ms > 0));
  const rarest = Math.max(...points.map(([percentile]) => scaled(percentile)));
  const octaves = points.map(([, ms]) => Math.log2(ms));
  return {
    grid: { ...GRID, top: 32 },
    tooltip: { trigger: "axis" },
    xAxis: {
      type: "log",
      ...centered("percentile of requests"),
      min: 1,
      max: rarest,
      axisLabel: { formatter: "@percentile", showMaxLabel: false },
      axisPointer: { label: { formatter: "@percentile" } },
    },
    yAxis: {
      type: "log",
      logBase: 2,
      name: "ms",
      min: 2 ** Math.floor(Math.min(...octaves)),
      max: 2 ** Math.ceil(Math.max(...octaves)),
    },
    series: series.map(({ label, points }) => {
      const { color, shape, dash } = marks(label);
      const data = points
        .filter(([, ms]) => ms > 0)
        .map(([percentile, ms]) => ({
          value: [scaled(percentile), ms],
          tip: `${label}: ${plain(ms)} ms`,
          ...(ASKED_FOR.includes(percentile) ? {} : { symbol: "none" }),
        }));
      return {
        type: "line",
        name: label,
        data,
        color,
        symbol: `path://${shape}`,
        symbolSize: 7,
        showAllSymbol: true,
        lineStyle: { type: dash, width: 2 },
      };
    }),
  };
}

/** HdrHistogram's x: 1 / (1 − p), so that 90 %, 99 % and 99.9 % are equally far apart. */
function scaled(percentile: number): number {
  return Number((100 / (100 - percentile)).toPrecision(6));
}
