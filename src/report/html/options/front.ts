import type { FrontView } from "../../report.ts";
import type { Marks } from "../palette.ts";
import { centered, GRID, NARROW_PX, type Option } from "./layout.ts";
import { labelPlaces, type LabelPlace } from "./label-places.ts";

const WIDE = { width: 940, height: 330 };
const NARROW = { width: 230, height: 330 };
const SYMBOL_PX = 12;

/** A dot a variant with both intervals, and the line of those that no other beats. */
export function front(view: FrontView, marks: Marks): Option {
  const { xAxis, yAxis, points } = view;
  const best = points.filter(({ onFront }) => onFront).toSorted((a, b) => a.x - b.x);
  const from = Math.min(...points.map(({ x, xRange }) => xRange?.[0] ?? x));
  const to = Math.max(...points.map(({ x, xRange }) => xRange?.[1] ?? x));
  // dots have no length to be read from zero, so it may be left out where all of them are far away
  const isFar = from > to / 2;
  const named = (size: typeof WIDE): Option => {
    const [left, right] = [isFar ? from : Math.min(0, from), to];
    const pixels = points.map(({ label, x, y }) => ({
      label,
      x: ((x - left) / (right - left || 1)) * size.width,
      y: (1 - y / 100) * size.height,
    }));
    return { series: [{}, {}, { data: dotsOf(view, marks, labelPlaces(pixels, size.width, SYMBOL_PX)) }] };
  };
  return {
    baseOption: {
      grid: { ...GRID, top: 28, right: 40 },
      tooltip: { trigger: "item" },
      xAxis: { type: "value", ...centered(xAxis), scale: isFar },
      yAxis: { type: "value", ...centered(yAxis), nameGap: 36, min: 0, max: 100 },
      series: [
        {
          type: "line",
          data: best.map(({ x, y }) => [x, y]),
          symbol: "none",
          step: "end",
          z: 1,
          silent: true,
          color: "@faint",
          lineStyle: { type: "dashed", width: 1.5 },
        },
        {
          type: "line",
          data: rangesOf(view),
          symbol: "none",
          z: 1,
          silent: true,
          color: "@faint",
          lineStyle: { width: 1.5 },
        },
        {
          type: "scatter",
          z: 3,
          symbolSize: SYMBOL_PX,
          itemStyle: { opacity: 1 },
          label: { formatter: "{b}", fontSize: 12, color: "@ink" },
        },
      ],
    },
    media: [{ query: { maxWidth: NARROW_PX }, option: named(NARROW) }, { option: named(WIDE) }],
  };
}

function rangesOf({ points }: FrontView): (readonly (number | null)[])[] {
  return points.flatMap(({ x, y, xRange, yRange }) => [
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
}

function dotsOf({ points }: FrontView, marks: Marks, places: readonly (LabelPlace | undefined)[]): Option[] {
  return points.map(({ label, x, y, text }, at) => {
    const { color, shape } = marks(label);
    const place = places[at];
    return {
      value: [x, y],
      name: label,
      tip: `${label}: ${text}`,
      symbol: `path://${shape}`,
      itemStyle: { color },
      label: { show: place !== undefined, ...place },
    };
  });
}
