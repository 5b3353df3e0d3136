import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chart } from "../report.ts";
import { chartSvg } from "./chart-svg.ts";
import { marksOf } from "./palette.ts";
import { SIZES } from "./style.ts";

const [wide, narrow] = SIZES;
const BUILDS = ["always_on @main", "always_on @HEAD", "ratio:0.1 @main", "ratio:0.1 @HEAD"];
const usual = { about: "", title: "", xAxis: "CPU added, µs per request", yAxis: "kept, %" };

function textsOf(chart: Chart, { width, height }: { readonly width: number; readonly height: number }): string[] {
  const svg = chartSvg(chart, marksOf(chart.series.map(({ variant }) => variant)), width, height);
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
}

const seriesAt = (pointOf: (at: number) => readonly [number, number], names: readonly string[]): Chart["series"] =>
  names.map((label, at) => {
    const [x, y] = pointOf(at);
    return { variant: label, label, points: [{ x, y }] };
  });

test("marks that lie on each other have one label with all their names, and none covers another", () => {
  const series = seriesAt((at) => (at < 2 ? [130 + at / 10, 100] : [40 + at / 10, 10]), BUILDS);
  const chart: Chart = { kind: "front", id: "front", ...usual, series };
  const texts = textsOf(chart, wide);
  for (const pair of [BUILDS.slice(0, 2), BUILDS.slice(2)]) assert.ok(texts.includes(pair.join(", ")), texts.join());
  const svg = chartSvg(chart, marksOf(BUILDS), wide.width, wide.height);
  const scales = [...svg.matchAll(/matrix\(([1-9][\d.]*),/g)].map(([, scale]) => Number(scale));
  assert.equal(new Set(scales).size, 2, scales.join());
  const apart = textsOf({ ...chart, series: seriesAt((at) => [20 + 30 * at, 20 + 20 * at], BUILDS) }, wide);
  for (const name of BUILDS) assert.ok(apart.includes(name));
});

test("each step of the order has its whole label, in lines if the page is narrow, or the legend alone names them", () => {
  const orderOf = (names: readonly string[]): Chart => ({
    kind: "trend",
    id: "order",
    ...usual,
    xAxis: "",
    steps: names,
    series: seriesAt((at) => [at, 40 + at], names),
  });
  for (const size of [wide, narrow])
    assert.equal(
      textsOf(orderOf(BUILDS), size)
        .join(" ")
        .match(/always_on/g)?.length,
      2,
      size.name,
    );
  const many = Array.from({ length: 12 }, (_, at) => `tail:errors,slow=${at}ms @main`);
  assert.equal(textsOf(orderOf(many), wide).join(" ").match(/@main/g)?.length, many.length);
  assert.doesNotMatch(textsOf(orderOf(many), narrow).join(), /@main|slow/);
});

test("the name of an axis is in lines that fit a narrow page", () => {
  const xAxis = "CPU added in the service, without its Collector, µs per request";
  const chart: Chart = { kind: "front", id: "front", ...usual, xAxis, series: seriesAt(() => [1, 1], BUILDS) };
  assert.ok(textsOf(chart, wide).includes(xAxis));
  assert.ok(!textsOf(chart, narrow).includes(xAxis));
});
