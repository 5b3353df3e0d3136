import assert from "node:assert/strict";
import { test } from "node:test";
import { withVariants } from "../../record/records.fixture.ts";
import { instrumentationSpec, samplerSpec } from "../../spec/scenario.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { changed, columnOf, fixtureReport, tableOf } from "../report.fixture.ts";
import type { Report } from "../report.ts";

/** The fixture's variants, cheapest first, as lists of instrumentations under one sampler. */
const LISTS: Readonly<Record<string, string>> = {
  "ratio:0.01": "auto-pg",
  "ratio:0.1": "auto-http",
  always_on: "auto",
};

function instrumentationsReport(
  change: (record: TrialRecord) => TrialRecord = (same) => same,
  lists: Readonly<Record<string, string>> = LISTS,
): Report {
  const sampler = samplerSpec.parse("always_on");
  return fixtureReport({ samplers: Object.keys(lists) }, (results) =>
    withVariants(
      changed(change)(results),
      (id) => id in lists && { sampler, instrumentation: instrumentationSpec.parse(lists[id]!) },
    ),
  );
}

test("each instrumentation has its price, the dearest first and in the headline, and is no contrast of samplers", () => {
  const report = instrumentationsReport();
  assert.deepEqual(columnOf(report, "prices", "instrumentation"), ["pg", "http"]);
  const cpu = tableOf(report, "prices").rows.map((row) => row[2]!.estimate!);
  assert.ok(cpu[0]!.center > cpu[1]!.center && cpu[1]!.low! > 0);
  assert.deepEqual(columnOf(report, "prices", "verdict"), ["dearer", "dearer"]);
  assert.match(report.title, /dearest instrumentation beyond doubt: pg, \+\d/);
  assert.doesNotMatch(report.title, /\bhttp\b/);
  assert.ok(report.tables.every(({ id }) => id !== "contrasts"));
});

test("an instrumentation is the dearest only if it costs beyond doubt", () => {
  const spread = (variant: string, most: number) => (record: TrialRecord) => {
    const { trial, resources } = record;
    const factor = trial.variant === variant ? 1 + most * ((trial.round % 3) - 1) : 1;
    return resources === undefined
      ? record
      : { ...record, resources: { ...resources, cpuUsPerRequest: resources.cpuUsPerRequest * factor } };
  };
  const noisyPg = instrumentationsReport(spread("ratio:0.01", 0.6));
  assert.deepEqual(columnOf(noisyPg, "prices", "verdict"), ["inconclusive", "dearer"]);
  assert.match(noisyPg.title, /dearest instrumentation beyond doubt: http.*\bpg\b/, "pg may be dearer");
  assert.doesNotMatch(instrumentationsReport(spread("always_on", 0.6)).title, /dearest/);
});

test("two that have one price together are so named, in table and headline", () => {
  const lists = { "ratio:0.01": "auto-express,auto-router", "ratio:0.1": "auto-router", "tail:errors": "auto-express" };
  const report = instrumentationsReport(undefined, { ...lists, always_on: "auto" });
  assert.deepEqual(columnOf(report, "prices", "instrumentation"), ["express and router"]);
  assert.match(report.title, /dearest instrumentation beyond doubt: express and router, \+\d/);
});
