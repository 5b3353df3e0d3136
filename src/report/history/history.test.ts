import assert from "node:assert/strict";
import { test } from "node:test";
import type { Estimate } from "../../estimate/estimate.ts";
import type { HistorySeries } from "../../estimate/history.ts";
import { fixtureEstimates } from "../report.fixture.ts";
import { fixtureResults } from "../results.fixture.ts";
import { historyCsv } from "./csv.ts";
import { buildHistory } from "./history.ts";

const RESULTS = fixtureResults({ phases: ["cost"] });
const ANY = fixtureEstimates(RESULTS).find(({ unit }) => unit === "ratio")!;
const DAYS = ["2026-01-01", "2026-01-02", "2026-01-03"];

/** The row of a series that has these figures on the first days. */
function rowOf(figures: readonly Pick<Estimate, "center" | "low" | "high">[]): string[] {
  const { phase, variant, metric, unit } = ANY;
  const points = figures.map((figure, day) => ({
    commit: "c",
    dirty: false,
    startedAt: DAYS[day]!,
    estimate: { ...ANY, ...figure },
  }));
  const series: HistorySeries[] = [{ phase, variant, metric, unit, points }];
  const runs = DAYS.map((startedAt) => ({ ...RESULTS, environment: { ...RESULTS.environment, startedAt } }));
  const { tables } = buildHistory({ runs, newest: runs.at(-1)!, series, unavailable: [], leftOut: [], unlike: [] });
  return tables[0]!.rows[0]!.map(({ text }) => text);
}

const around = (center: number, half: number) => ({ center, low: center - half, high: center + half });

test("the trend is drawn over the reach of the intervals: noise is level, a step is not", () => {
  const [, noise] = rowOf([around(1.5, 0.03), around(1.501, 0.03), around(1.499, 0.03)]);
  assert.doesNotMatch(noise!, /[▁▂▇█]/);
  const [, step] = rowOf([around(1.5, 0.003), around(1.501, 0.003), around(1.7, 0.003)]);
  assert.equal(step, "▁▁█");
});

test("a figure that the newest run lacks is not that of an older one", () => {
  assert.match(rowOf([around(1.5, 0.03), around(1.6, 0.03), around(1.7, 0.03)])[3]!, /^\+70/);
  assert.equal(rowOf([around(1.5, 0.03), around(1.6, 0.03)])[3], "–");
});

test("the CSV for Otava has no gaps: the newest run's figures, and the runs that have them all", () => {
  const { phase, variant, metric, unit } = ANY;
  const series = (name: string, days: readonly number[]): HistorySeries => ({
    phase,
    variant: name,
    metric,
    unit,
    points: days.map((day) => ({ commit: "c", dirty: false, startedAt: DAYS[day]!, estimate: ANY })),
  });
  const { text, leftOut } = historyCsv([series(variant, [0, 1, 2]), series("new", [1, 2]), series("old", [0, 1])]);
  const [header, ...rows] = text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  assert.deepEqual(header!.slice(2), [`${phase} ${metric} ${variant}`, `${phase} ${metric} new`]);
  assert.deepEqual(
    rows.map(([time]) => time),
    [DAYS[1], DAYS[2]],
  );
  assert.ok(rows.flat().every((cell) => cell !== ""));
  assert.equal(leftOut, 1);
});

test("a metric that older runs do not know leaves no run out of the CSV, and is named", () => {
  const { phase, variant, unit } = ANY;
  const series = (metric: string, days: readonly number[]): HistorySeries => ({
    phase,
    variant,
    metric,
    unit,
    points: days.map((day) => ({ commit: "c", dirty: false, startedAt: DAYS[day]!, estimate: ANY })),
  });
  const { text, leftOut, metricsLeftOut } = historyCsv([series("old", [0, 1, 2]), series("new", [2])]);
  assert.deepEqual([text.trimEnd().split("\n").length, leftOut, metricsLeftOut], [4, 0, [`${phase} new`]]);
});

test("rows that have several baselines are each against its own, and one baseline is named", () => {
  const { phase, variant, metric, unit } = ANY;
  const titleFor = (...baselines: readonly string[]): string => {
    const series = baselines.map((against): HistorySeries => {
      const point = { commit: "c", dirty: false, startedAt: DAYS[0]!, estimate: { ...ANY, against } };
      return { phase, variant, metric, unit, points: [point] };
    });
    const runs = [RESULTS];
    return buildHistory({ runs, newest: RESULTS, series, unavailable: [], leftOut: [], unlike: [] }).tables[0]!.title;
  };
  assert.match(titleFor("none node 22", "none node 24"), /, each against its own none$/);
  assert.match(titleFor("none", "none"), /, against none$/);
});
