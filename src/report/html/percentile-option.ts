import type { PercentileChart } from "../report.ts";
import { axis, GRID, type Option } from "./option.ts";
import { markOf } from "./palette.ts";

/** 90 %, 99 %, 99.9 % and 99.99 % carry the symbol of the variant. */
const MARKED: ReadonlySet<number> = new Set([10, 100, 1000, 10_000]);

/** A line a variant on the scale of HdrHistogram: x is 1 / (1 − p), so that 90 %, 99 % and 99.9 % are equally far apart. */
export function percentileOption({ series }: PercentileChart): Option {
  const lines = series.map(({ variant, points }) => ({
    variant,
    points: points
      .filter(([, ms]) => ms > 0)
      .map(([percentile, ms]) => [Number((100 / (100 - percentile)).toPrecision(6)), ms] as const),
  }));
  const all = lines.flatMap(({ points }) => points);
  const octaves = all.map(([, ms]) => Math.log2(ms));
  return {
    grid: GRID,
    xAxis: {
      type: "log",
      ...axis("percentile of requests"),
      min: 1,
      max: Math.max(...all.map(([x]) => x)),
      axisLabel: {
        color: "var(--ink)",
        showMaxLabel: false,
        formatter: (x: number) => `${Number((100 - 100 / x).toPrecision(6))} %`,
      },
    },
    yAxis: {
      type: "log",
      logBase: 2,
      ...axis("ms"),
      nameGap: 40,
      min: 2 ** Math.floor(Math.min(...octaves)),
      max: 2 ** Math.ceil(Math.max(...octaves)),
    },
    series: lines.map(({ variant, points }) => {
      const { color, shape } = markOf(variant);
      return {
        type: "line",
        data: points.map(([x, ms]) => ({
          value: [x, ms],
          symbol: MARKED.has(x) ? `path://${shape}` : "none",
        })),
        symbolSize: 8,
        showAllSymbol: true,
        color,
        lineStyle: { width: 2 },
      };
    }),
  };
}
