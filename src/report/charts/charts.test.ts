import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, fixtureReport } from "../report.fixture.ts";
import { marksOf } from "../html/palette.ts";
import type { Chart, Report } from "../report.ts";
import { renderHtml } from "../reporters/html.ts";

function chartOf({ charts }: Report, id: string): Chart {
  return charts.find((chart) => chart.id === id) ?? assert.fail(`no chart ${id}`);
}

test("curves of latency are of the phase latency; if its trials are invalid, the page has the reason and no curve", () => {
  const report = fixtureReport();
  assert.ok(chartOf(report, "percentiles").series.length > 0);
  const warnings = [{ code: "foreign-load", message: "", fix: "", invalidates: true }];
  const invalid = fixtureReport(
    {},
    changed((record) => (record.trial.phase === "latency" ? { ...record, valid: false, warnings } : record)),
  );
  const { series, about } = chartOf(invalid, "percentiles");
  assert.deepEqual(series, []);
  assert.match(about, /no figures/);
  const drawings = (page: Report): number => renderHtml(page).split('class="chart ').length;
  assert.ok(drawings(invalid) < drawings(report));
});

test("a run without the phase latency has no curves of it", () => {
  assert.ok(fixtureReport({ phases: ["cost", "capacity"] }).charts.every(({ id }) => id !== "percentiles"));
});

test("points without an interval are marked in the order of cost, and named in its caption", () => {
  const [backed, unbacked] = [6, 2].map((rounds) => chartOf(fixtureReport({ rounds }), "order"));
  assert.ok(backed!.series.every(({ isHollow }) => isHollow !== true));
  assert.doesNotMatch(backed!.about, /no interval/);
  assert.ok(unbacked!.series.every(({ isHollow }) => isHollow === true));
  assert.match(unbacked!.about, /no interval/);
});

test("cost against what is kept is the service's, with always_on's CPU for a sampler that a Collector has in production", () => {
  const { xAxis, about, series } = chartOf(fixtureReport({ samplers: ["tail:errors", "ratio:0.1"] }), "front");
  const cpuOf = (name: string): number => series.find(({ variant }) => variant === name)!.points[0]!.x;
  assert.equal(cpuOf("tail:errors"), cpuOf("always_on"));
  assert.match(xAxis, /in the service/);
  assert.match(about, /always_on/);
  const alone = chartOf(fixtureReport(), "front");
  assert.doesNotMatch(alone.xAxis + alone.about, /in the service|always_on/);
});

test("each variant of a report has a mark of its own, in the colour that it has in every report", () => {
  const variants = Array.from({ length: 24 }, (_, at) => `ratio:0.${at + 1}`);
  const marks = [...marksOf(variants).values()];
  assert.equal(new Set(marks.map(({ color, shape }) => color + shape)).size, variants.length);
  for (const [at, variant] of variants.entries())
    assert.equal(marksOf([variant]).get(variant)!.color, marksOf(variants).get(variant)!.color, String(at));
  const legend = fixtureReport({ samplers: variants, rounds: 6 });
  const swatches = renderHtml(legend).matchAll(/<li><svg class="swatch"[^>]*>(.*?)<\/svg>([^<]*)/g);
  const shown = Map.groupBy(swatches, ([, drawing]) => drawing);
  for (const [, same] of shown) assert.equal(new Set(same.map(([, , label]) => label)).size, 1);
  assert.ok(shown.size >= variants.length);
});
