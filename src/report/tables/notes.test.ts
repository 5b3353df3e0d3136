/** What stands under the tables only where there is something to say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixtureReport } from "../report.fixture.ts";
import type { Report } from "../report.ts";

test("spans that came late or twice have columns of their own, and what that means under the table", () => {
  const report = fixtureReport({ phases: ["cost"], rounds: 1 }, (results) => ({
    ...results,
    records: results.records.map((record) =>
      record.ledger === undefined
        ? record
        : { ...record, ledger: { ...record.ledger, exportedLate: 7, duplicates: 10 } },
    ),
  }));
  const spans = report.tables.find(({ id }) => id === "spans")!;
  const at = (title: string): number => spans.columns.findIndex((column) => column.title === title);
  assert.deepEqual([spans.rows[0]![at("late")]!.value, spans.rows[0]![at("twice")]!.value], [7, 10]);
  assert.equal(spans.notes.length, 2);
});

test("broken traces are counted under what was kept, and only where there are any", () => {
  const notes = (report: Report): string => report.tables.find(({ id }) => id === "kept")!.notes.join(" ");
  assert.doesNotMatch(notes(fixtureReport()), /broken/);
  const report = fixtureReport({ phases: ["latency"], rounds: 2 }, (results) => ({
    ...results,
    records: results.records.map((record) => {
      if (record.trial.variant !== "ratio:0.1") return record;
      const fidelity = record.fidelity!;
      const traces = { arrived: 30, whole: 24, partial: 4, rootless: 2 };
      return { ...record, fidelity: { ...fidelity, traces, spans: { ...fidelity.spans, violations: 7 } } };
    }),
  }));
  assert.match(notes(report), /broken traces.*: ratio:0\.1 12 of 60 \(disagreements 14\)\./);
});

test("what the SDK's limit on concurrent exports refuses is explained under the table", () => {
  const report = fixtureReport({ phases: ["latency"], rounds: 1 }, (results) => ({
    ...results,
    records: results.records.map((record) =>
      record.ledger === undefined
        ? record
        : { ...record, ledger: { ...record.ledger, exportFailed: { "concurrency limit": 5 } } },
    ),
  }));
  const { notes } = report.tables.find(({ id }) => id === "spans")!;
  assert.match(notes.join(" "), /refuses an export while 30 are under way.*concurrency=1000/);
});
