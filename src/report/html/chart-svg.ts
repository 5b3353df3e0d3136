import { createRequire } from "node:module";
import type { Chart } from "../report.ts";
import type { Marks } from "./palette.ts";

/** Options of ECharts. Colours are variables of the page's style, so that a chart follows light and dark. */
type Option = Readonly<Record<string, unknown>>;
type Position = readonly [x: number, y: number];

/** A phone has no room for labels: the legend names the symbols. */
const LABELLED_PX = 640;
const GRID: Option = { left: 34, right: 28, top: 32, bottom: 36, containLabel: true };

/** Beside the drawing, with the labels of the y axis. */
const EDGES_PX = 90;
/** Of the labels of an axis. */
const CHARACTER_PX = 6;
/** Marks that are nearer would hide each other. */
const MARK_PX = 13;

/** The chart as static SVG. */
export function chartSvg(chart: Chart, marks: Marks, width: number, height: number): string {
  // loaded only when a page is made
  const { init } = createRequire(import.meta.url)("echarts/dist/echarts.min.js") as typeof import("echarts");
  const drawing = init(null, null, { renderer: "svg", ssr: true, width, height });
  const [xAxis, yAxis] = axesOf(chart, width);
  const textStyle = { fontFamily: "system-ui, sans-serif" };
  try {
    const series = seriesOf(chart, marks, width, height);
    drawing.setOption({ animation: false, textStyle, grid: GRID, xAxis, yAxis, series });
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose();
  }
}

/** Percentiles are on the scale of HdrHistogram, 1 / (1 − p), so that 90 %, 99 % and 99.9 % are equally far apart. */
function positionOf({ kind }: Chart, [x, y]: Position): Position {
  return kind === "percentiles" ? [Number((100 / (100 - x)).toPrecision(6)), y] : [x, y];
}

function axesOf(chart: Chart, width: number): readonly [Option, Option] {
  const { kind, xAxis, yAxis, steps, series } = chart;
  const x = axis(linesOf(xAxis, Math.floor(width / CHARACTER_PX) - 8).join("\n"), 30);
  const y = axis(yAxis, 42);
  if (kind === "front")
    return [
      { type: "value", ...x },
      { type: "value", ...y, min: 0, max: 100 },
    ];
  if (kind === "trend")
    return [
      {
        type: "category",
        data: steps,
        ...x,
        axisLabel: { color: "var(--ink)", fontSize: 11, ...stepLabels(chart, width) },
      },
      { type: "value", ...y, scale: true },
    ];
  const all = series.flatMap(({ points }) => points.map((point) => positionOf(chart, [point.x, point.y])));
  const octaves = all.map(([, ms]) => Math.log2(ms));
  const formatter = (value: number): string => `${Number((100 - 100 / value).toPrecision(6))} %`;
  const axisLabel = { color: "var(--ink)", showMaxLabel: false, formatter };
  const [min, max] = [2 ** Math.floor(Math.min(...octaves)), 2 ** Math.ceil(Math.max(...octaves))];
  return [
    { type: "log", ...x, min: 1, max: Math.max(...all.map(([at]) => at)), axisLabel },
    { type: "log", logBase: 2, ...y, min, max },
  ];
}

/** Every step has its label, in several lines if need be. If there is no room, labels that would overlap are left out; all of them, if the legend names each step. */
function stepLabels({ steps = [], series }: Chart, width: number): Option {
  const most = Math.floor((width - EDGES_PX) / Math.max(1, steps.length) / CHARACTER_PX) - 1;
  const lines = new Map(steps.map((step) => [step, linesOf(step, most)]));
  if ([...lines.values()].flat().every((line) => line.length <= most))
    return { interval: 0, formatter: (step: string) => lines.get(step)!.join("\n") };
  const isOneEach = series.length === steps.length && series.every(({ points }) => points.length === 1);
  return isOneEach ? { show: false } : { hideOverlap: true };
}

/** Lines of at most so many characters, if the parts of its words are no longer. */
function linesOf(text: string, most: number): string[] {
  const lines = [""];
  for (const part of text.split(/(?<=[ :,/])/)) {
    const line = lines.at(-1)! + part;
    if (lines.at(-1) === "" || line.trimEnd().length <= most) lines[lines.length - 1] = line;
    else lines.push(part);
  }
  return lines.map((line) => line.trimEnd());
}

/** An axis with its name in the middle, in the page's colours. */
function axis(name: string, nameGap: number): Option {
  return {
    name,
    nameLocation: "middle",
    nameGap,
    nameTextStyle: { color: "var(--faint)" },
    axisLabel: { color: "var(--ink)" },
    axisLine: { lineStyle: { color: "var(--faint)" } },
    splitLine: { lineStyle: { color: "var(--line)" } },
  };
}

/** The labels of the marks that lie on each other, by px a unit: one label names them all, and each is smaller than the one below it. */
function crowdsOf({ series }: Chart, [xPx, yPx]: Position): string[][] {
  const crowds: { readonly x: number; readonly y: number; readonly names: string[] }[] = [];
  for (const { label, points } of series)
    for (const { x, y } of points) {
      const near = crowds.find((one) => Math.hypot((one.x - x) * xPx, (one.y - y) * yPx) < MARK_PX);
      if (near === undefined) crowds.push({ x, y, names: [label] });
      else near.names.push(label);
    }
  return crowds.map(({ names }) => names);
}

/** 90 %, 99 %, 99.9 % and 99.99 % carry the symbol of the variant. */
const MARKED: ReadonlySet<number> = new Set([90, 99, 99.9, 99.99]);

/** For each variant its intervals, and over them its points: joined, or with their labels. */
function seriesOf(chart: Chart, marks: Marks, width: number, height: number): Option[] {
  const isFront = chart.kind === "front";
  const most = Math.max(0, ...chart.series.flatMap(({ points }) => points.map(({ x }) => x)));
  const crowds = crowdsOf(chart, [(width - EDGES_PX) / (most || 1), (height - EDGES_PX) / 100]);
  return chart.series.flatMap(({ variant, label: name, points, isHollow }) => {
    const { color, shape } = marks.get(variant)!;
    const ranges = points.flatMap(({ x, y, xRange = [], yRange = [] }) => [
      ...xRange.map((end) => [end, y]),
      [null, null],
      ...yRange.map((end) => [x, end]),
      [null, null],
    ]);
    const data = points.map(({ x, y }) => ({
      value: positionOf(chart, [x, y]),
      name,
      symbol: chart.kind === "percentiles" && !MARKED.has(x) ? "none" : `path://${shape}`,
      // away from both edges
      label: { align: x < most / 2 ? "left" : "right" },
    }));
    const itemStyle = {
      color: isHollow === true ? "var(--paper)" : color,
      borderColor: color,
      borderWidth: 2,
      opacity: 1,
    };
    const crowd = crowds.find((names) => names.includes(name)) ?? [name];
    const place = crowd.indexOf(name);
    const label = {
      show: width >= LABELLED_PX && place === 0,
      // no template: a name may hold braces
      formatter: () => crowd.join(", "),
      fontSize: 12,
      color: "var(--ink)",
      position: "top",
      distance: 7,
    };
    return [
      { type: "line", data: ranges, symbol: "none", color, lineStyle: { width: 1.5, opacity: 0.7 } },
      isFront
        ? {
            type: "scatter",
            z: 3 + place,
            symbolSize: Math.max(4, MARK_PX - 5 * place),
            data,
            itemStyle,
            label,
            labelLayout: { moveOverlap: "shiftY" },
          }
        : {
            type: "line",
            data,
            symbolSize: 8,
            showAllSymbol: true,
            color,
            ...(isHollow === true && { itemStyle }),
            lineStyle: { width: 2 },
          },
    ];
  });
}
