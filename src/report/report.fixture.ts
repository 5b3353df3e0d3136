import assert from "node:assert/strict";
import { samplerSpec } from "../spec/scenario.ts";
import { withVariants } from "../record/records.fixture.ts";
import { estimatesOf } from "../estimate/estimates.ts";
import type { Estimate } from "../estimate/estimate.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { buildReport } from "./build.ts";
import type { Report, Table } from "./report.ts";
import { fixtureResults, type FixtureOptions } from "./results.fixture.ts";

/** The made-up run as a report; `change` may spoil its results first. */
export function fixtureReport(
  options: FixtureOptions = {},
  change: (results: Results) => Results = (same) => same,
): Report {
  const results = change(fixtureResults(options));
  return buildReport(results, fixtureEstimates(results));
}

export function fixtureEstimates(results: Results): readonly Estimate[] {
  return estimatesOf(results).estimates;
}

/** Spoils a run: its `ratio:0.1` has this text from outside. */
export function renamedTo(text: string): (results: Results) => Results {
  return (results) => {
    const sampler = Object.assign(Object.create(samplerSpec.parse("ratio:0.1")), { text });
    const renamed = changed((record) =>
      record.trial.variant === "ratio:0.1" ? { ...record, trial: { ...record.trial, variant: text } } : record,
    );
    return withVariants(renamed(results), (id) => id === "ratio:0.1" && { id: text, sampler });
  };
}

/** Spoils every record of a run. */
export const changed =
  (change: (record: TrialRecord) => TrialRecord) =>
  (results: Results): Results => ({ ...results, records: results.records.map(change) });

export function tableOf({ tables }: Report, id: string): Table {
  return tables.find((table) => table.id === id) ?? assert.fail(`no table ${id}`);
}

export function columnOf(report: Report, id: string, title: string): string[] {
  const { columns, rows } = tableOf(report, id);
  const at = columns.findIndex((column) => column.title === title);
  assert.notEqual(at, -1, `${title}: ${columns.map((column) => column.title).join()}`);
  return rows.map((row) => row[at]!.text);
}
