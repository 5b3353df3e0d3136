import { createRequire } from "node:module";
import type { Chart } from "../report.ts";
import { frontOption } from "./front-option.ts";
import type { Option } from "./option.ts";
import type { Marks } from "./palette.ts";
import { percentileOption } from "./percentile-option.ts";
import { trendOption } from "./trend-option.ts";

/** The chart as static SVG. */
export function chartSvg(chart: Chart, marks: Marks, width: number, height: number): string {
  // loaded only when a page is made
  const { init } = createRequire(import.meta.url)("echarts/dist/echarts.common.min.js") as typeof import("echarts");
  const drawing = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    drawing.setOption({
      animation: false,
      textStyle: { fontFamily: "system-ui, sans-serif" },
      ...optionOf(chart, marks),
    });
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose();
  }
}

function optionOf(chart: Chart, marks: Marks): Option {
  switch (chart.kind) {
    case "front":
      return frontOption(chart, marks);
    case "percentiles":
      return percentileOption(chart, marks);
    default:
      return trendOption(chart, marks);
  }
}
