import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, fixtureReport } from "../report.fixture.ts";
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
  assert.ok(backed!.series.every(({ label, isHollow }) => !label.startsWith("~") && isHollow !== true));
  assert.doesNotMatch(backed!.about, /no interval/);
  assert.ok(unbacked!.series.every(({ label, isHollow }) => label.startsWith("~") && isHollow === true));
  assert.ok(unbacked!.steps!.every((step) => step.startsWith("~")));
  assert.match(unbacked!.about, /~.*no interval/);
});
