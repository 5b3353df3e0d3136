import assert from "node:assert/strict";
import { test } from "node:test";
import { resultsSchema } from "../record/results.ts";
import { fixtureReport } from "./report.fixture.ts";
import type { Report } from "./report.ts";
import { fixtureResults, type FixtureOptions } from "./results.fixture.ts";
import { ledgerOf } from "./spans.fixture.ts";

const table = (report: Report, id: string): string[][] =>
  report.tables.find((candidate) => candidate.id === id)?.rows.map((row) => row.map((cell) => cell.text)) ?? [];

test("the fixture is a valid results file", () => {
  resultsSchema.parse(fixtureResults());
});

test("the same results give the same report", () => {
  assert.deepEqual(fixtureReport(), fixtureReport());
});

test("a row a variant, in the plan's order, and the verdict beside the ratio", () => {
  const rows = table(fixtureReport(), "cost");
  assert.deepEqual(
    rows.map(([variant]) => variant),
    ["none", "always_on", "ratio:0.1"],
  );
  assert.deepEqual(
    rows.map((row) => row[3]),
    ["–", "regression", "regression"],
  );
  assert.match(rows[2]![4]!, /^−2\d/);
});

test("phases that were not measured leave their tables and charts out", () => {
  const report = fixtureReport({ phases: ["capacity"] });
  const ids = [...report.tables.filter(({ isDetail }) => !isDetail), ...report.charts].map(({ id }) => id);
  assert.deepEqual(ids, ["capacity", "spans", "kept", "resources", "overhead", "percentiles", "span-flow"]);
});

test("where the cost phase was not measured, CPU and memory are those of the phase that was", () => {
  const titles = (phases: NonNullable<FixtureOptions["phases"]>): string[] =>
    fixtureReport({ phases })
      .tables.find(({ id }) => id === "resources")!
      .columns.map(({ title }) => title);
  assert.deepEqual(titles(["latency"]).slice(0, 4), ["variant", "CPU/request", "CPU against none", "memory"]);
  assert.equal(titles(["cost", "latency"]).includes("CPU/request"), false);
});

test("what all variants share is told once and left out of their names", () => {
  const report = fixtureReport({ processor: "batch:queue=64,batch=16" });
  assert.ok(report.constants.some(({ label, value }) => label === "processor" && value === "batch:queue=64,batch=16"));
  assert.deepEqual(
    table(report, "cost").map(([variant]) => variant),
    ["none", "always_on", "ratio:0.1"],
  );
});

test("spans: one row where nothing was lost, a row a phase with the causes where something was", () => {
  const clean = fixtureReport();
  assert.deepEqual(
    clean.tables.find(({ id }) => id === "spans")!.columns.map(({ title }) => title),
    ["variant", "started", "sampled", "received", "lost"],
  );
  const [, , sampled] = table(clean, "spans")[1]!;
  assert.ok(clean.title.includes(`; 0 of ${sampled} sampled spans lost;`), clean.title);
  const rows = table(fixtureReport({ lostAtCapacity: 0.25 }), "spans");
  assert.deepEqual(
    rows.map((row) => row[1]),
    ["cost", "latency", "capacity", "cost", "latency", "capacity"],
  );
  assert.equal(rows[2]![5], "3,600 (25 %)");
  assert.equal(rows[2]![6], "queue full 3,600");
});

test("every cause of loss has its words, and a residual cries out", () => {
  const lost = {
    queueFull: 1,
    afterShutdown: 2,
    exportFailed: { "http 503": 3 },
    stillQueued: 4,
    unended: 5,
    tailEvicted: 6,
    rejectedByBackend: 7,
    lostOnTheWay: 8,
  };
  const report = fixtureReport({ phases: ["cost"], rounds: 1 }, (results) => ({
    ...results,
    records: results.records.map((record) =>
      record.ledger === undefined
        ? record
        : { ...record, ledger: ledgerOf(1000, 500, { ...lost, received: 400, residual: 9, duplicates: 10 }) },
    ),
  }));
  const why = report.tables.find(({ id }) => id === "spans")!.rows[0]!.at(-1)!;
  assert.equal(
    why.text,
    "UNEXPLAINED 9, lost on the way 8, rejected by backend 7, tail buffer full 6, never ended 5, still queued at exit 4, export failed (http 503) 3, ended after shutdown 2, queue full 1",
  );
  assert.equal(why.tone, "bad");
});

test("too few rounds: figures are marked, not dropped", () => {
  const report = fixtureReport({ rounds: 1 });
  const cost = report.tables.find(({ id }) => id === "cost")!;
  assert.equal(cost.rows[1]![2]!.tone, "doubtful");
  assert.match(cost.rows[1]![2]!.text, /^~\+/);
  assert.match(cost.notes[0]!, /too few rounds/);
});

test("where variants have different rounds, the table says which the figures and the changes are of", () => {
  const notesOf = (id: string, voidRounds: number): readonly string[] => {
    const report = fixtureReport({}, (results) => ({
      ...results,
      records: results.records.map((record) => {
        const { phase, variant, round } = record.trial;
        return phase === "cost" && variant === "ratio:0.1" && round <= voidRounds
          ? { ...record, valid: false }
          : record;
      }),
    }));
    return report.tables.find((table) => table.id === id)!.notes;
  };
  assert.deepEqual(notesOf("cost", 1), [
    "Not every variant has every round: figures are of the 5 rounds that all have; a change is of the rounds that both have.",
  ]);
  assert.match(
    notesOf("cost", 3)[0]!,
    /: figures are of each one's own rounds, since those that all have are too few \(3\);/,
  );
  assert.deepEqual([notesOf("cost", 0), notesOf("latency", 3)], [[], []]);
});

test("trials without figures are listed with their reason", () => {
  const report = fixtureReport({}, (results) => ({
    ...results,
    records: results.records.map((record, at) => {
      if (at === 2) return { ...record, ending: "failed", valid: false, failure: "target exited with 137" };
      const warnings = [{ code: "residual", message: "5 spans are unaccounted for", fix: "report it", voids: true }];
      return at === 5 ? { ...record, valid: false, warnings } : record;
    }),
  }));
  assert.deepEqual(table(report, "failed"), [
    ["failed", "target exited with 137", "ratio:0.1", "cost-1-3"],
    ["void", "5 spans are unaccounted for", "ratio:0.1", "latency-1-3"],
  ]);
  assert.equal(report.warnings[0]!.code, "residual");
  assert.equal(report.warnings[0]!.voids, true);
});

test("a failure's stack and its many lines stay in the results file", () => {
  const failure = "target ended\n    at run (file.js:1)\nError: port taken\nline 3\nline 4\n";
  const report = fixtureReport({}, (results) => ({
    ...results,
    records: results.records.map((record) => ({ ...record, ending: "failed", valid: false, failure })),
  }));
  assert.equal(table(report, "failed")[0]![1], "target ended\nError: port taken\nline 3\n…");
});

test("the front holds the variants that no other beats on cost and on what is kept", () => {
  const report = fixtureReport({ samplers: ["ratio:0.1", "ratio:0.01", "tail:errors"], requests: 2000 });
  const chart = report.charts.find(({ kind }) => kind === "front")!;
  assert.ok(chart.kind === "front");
  const byLabel = new Map(chart.views.at(-1)!.points.map(({ label, onFront }) => [label, onFront]));
  assert.deepEqual(Object.fromEntries(byLabel), {
    always_on: true,
    "ratio:0.1": true,
    "ratio:0.01": true,
    "tail:errors": false,
  });
});

test("latency curves rise, and end where the count of requests ends", () => {
  const chart = fixtureReport({ requests: 1000, rounds: 2 }).charts.find(({ kind }) => kind === "percentiles")!;
  assert.ok(chart.kind === "percentiles");
  assert.deepEqual(
    chart.views.map(({ label }) => label),
    ["alone: response time", "alone: service time", "at capacity"],
  );
  for (const { points } of chart.views[0]!.series) {
    assert.deepEqual(
      points.map(([, ms]) => ms),
      points.map(([, ms]) => ms).toSorted((a, b) => a - b),
    );
    assert.ok(points.at(-1)![0] <= 100 * (1 - 1 / 2000));
  }
});
