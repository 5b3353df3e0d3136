import { createRequire } from "node:module";
import type { Chart } from "../report.ts";
import { frontOption } from "./front-option.ts";
import type { Option } from "./option.ts";
import { percentileOption } from "./percentile-option.ts";
import { trendOption } from "./trend-option.ts";

/** The chart as static SVG. */
export function chartSvg(chart: Chart, width: number, height: number): string {
  // loaded only when a page is made
  const { init } = createRequire(import.meta.url)("echarts/dist/echarts.min.js") as typeof import("echarts");
  const drawing = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    drawing.setOption({
      animation: false,
      textStyle: { fontFamily: "system-ui, sans-serif" },
      ...optionOf(chart, width),
    });
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose();
  }
}

/** A phone has no room for labels: the legend names the symbols. */
const LABELLED_PX = 640;

function optionOf(chart: Chart, width: number): Option {
  switch (chart.kind) {
    case "front":
      return frontOption(chart, width >= LABELLED_PX);
    case "percentiles":
      return percentileOption(chart);
    default:
      return trendOption(chart);
  }
}
