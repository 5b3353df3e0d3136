/** The reasons that a report gives for what it has no figure of. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, columnOf, fixtureReport, tableOf } from "./report.fixture.ts";
import type { Report } from "./report.ts";

test("a p99 whose windows were too short says so in headline and table, and counts no rounds as the reason", () => {
  const withWindows = (elapsedMs: number): Report =>
    fixtureReport(
      {},
      changed((record) => ({
        ...record,
        ...(record.load && { load: { ...record.load, elapsedMs, slowEpisodes: 6 } }),
      })),
    );
  const [short, long] = [withWindows(1700), withWindows(9000)];
  assert.match(short.title, /p99: no finding at [^;]*windows too short/);
  assert.deepEqual(columnOf(short, "latency", "verdict").slice(1), Array(2).fill("– (windows too short)"));
  const warning = short.warnings.find(({ code }) => code === "few-slow-episodes");
  // 8 rounds of the phase alone: at least 45 s
  assert.deepEqual(
    warning?.cases.map(({ fix }) => fix),
    ["--phase latency --rounds 8 --duration 6s; with other phases too: --rounds 8 --duration 12s"],
  );
  assert.doesNotMatch(long.title, /no finding/);
  assert.ok(columnOf(long, "latency", "verdict").every((text) => !text.includes("windows")));
});

test("of several cost rates, one without figures is named by its rate, in the head and above its own section", () => {
  const report = fixtureReport({ samplers: [], phases: ["cost", "cost-2"] }, (results) => {
    const rates = { costRatePerSecond: 200, furtherCostRatesPerSecond: [800] };
    const invalid = changed((record) => (record.trial.phase === "cost" ? record : { ...record, valid: false }));
    return invalid({ ...results, scenario: { ...results.scenario, ...rates } });
  });
  assert.match(report.caveats.join("\n"), /Phase cost-2 \(800 requests\/s\): no figures/);
  assert.match(tableOf(report, "cost-2").title, / at 800 requests\/s$/);
  assert.match(tableOf(report, "cost").title, / at 200 requests\/s$/);
  assert.doesNotMatch(tableOf(fixtureReport(), "cost").title, /requests\/s/);
});
