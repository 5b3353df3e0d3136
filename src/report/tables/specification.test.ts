import assert from "node:assert/strict";
import { test } from "node:test";
import { withVariants } from "../../record/records.fixture.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Phase } from "../../spec/phases.ts";
import { processorSpec, samplerSpec, targetSpec } from "../../spec/scenario.ts";
import { changed, fixtureReport, tableOf } from "../report.fixture.ts";

interface Options {
  readonly target?: string;
  readonly rounds?: number;
  readonly phases?: readonly Phase[];
  readonly change?: (record: TrialRecord) => TrialRecord;
}

/** A run of always_on with both processors that meets what such a run can meet, unless it is changed. */
function reportOf({ target = "bare:20,attributes=10", change = (same) => same, ...options }: Options) {
  const size = { samplers: ["always_on", "ratio:0.1"], rounds: 10, phases: ["cost", "capacity"] as const, ...options };
  return fixtureReport(size, (results) => {
    const simple = { sampler: samplerSpec.parse("always_on"), processor: processorSpec.parse("simple") };
    const longRecord = (record: TrialRecord): TrialRecord => ({
      ...record,
      load: { ...record.load!, elapsedMs: 15_000 },
      ...(record.ledger && { roots: { started: record.ledger.started, sampled: record.ledger.sampled } }),
    });
    const scenario = { ...results.scenario, target: targetSpec.parse(target), costRatePerSecond: 600 };
    const varied = withVariants({ ...results, scenario }, (id) => id === "ratio:0.1" && simple);
    return changed((record) => change(longRecord(record)))(varied);
  });
}

/** The clauses that are not met, with what is missing. */
function unmet(options: Options): Record<string, string> {
  const { rows } = tableOf(reportOf(options), "specification");
  const outcomes = rows.map(([clause, outcome]) => [clause!.text, outcome!.text] as const);
  return Object.fromEntries(outcomes.filter(([, text]) => text.startsWith("not met: ")));
}

const ALWAYS_UNMET = Object.keys(unmet({}));

/** What is missing of the clause that this change adds to those that are never met. */
function missed(options: Options): string {
  const [only, ...others] = Object.entries(unmet(options)).filter(([clause]) => !ALWAYS_UNMET.includes(clause));
  assert.deepEqual(others, []);
  return only![1];
}

test("a whole run meets the clauses of the specification except three", () => {
  assert.deepEqual(
    ALWAYS_UNMET.map((clause) => /resource|integer|peak/.exec(clause)?.[0]),
    ["resource", "integer", "peak"],
  );
});

test("a short run says what it lacks", () => {
  const short = unmet({ rounds: 3 });
  assert.deepEqual(Object.values(short).filter((text) => text.endsWith("3 of 10 repeats")).length, 2);
  const window = (record: TrialRecord) => ({ ...record, load: { ...record.load!, elapsedMs: 5500 } });
  assert.match(missed({ change: window }), /5\.5 s/);
});

test("a phase that was not measured, or has no valid trial, meets no clause", () => {
  const costOnly = Object.values(unmet({ phases: ["cost"] }));
  assert.ok(costOnly.some((text) => text.includes("phase capacity was not measured")));
  const invalid = (record: TrialRecord) => ({ ...record, valid: record.trial.phase !== "cost" });
  const texts = Object.values(unmet({ change: invalid }));
  assert.ok(texts.some((text) => text.includes("phase cost has no valid trials")));
  assert.ok(texts.some((text) => text.includes("0 of 10 repeats")));
});

test("spans with a parent, other attributes and another rate are not those of the specification", () => {
  assert.match(missed({ target: "bare:20,attributes=3" }), /3 attributes/);
  const parents = (record: TrialRecord) => (record.roots ? { ...record, roots: { started: 1, sampled: 1 } } : record);
  assert.match(missed({ change: parents }), / of /);
  const slow = (record: TrialRecord): TrialRecord =>
    record.trial.phase === "cost" ? { ...record, load: { ...record.load!, requestsPerSecond: 300 } } : record;
  assert.match(missed({ change: slow }), /6,000 of 12,000 spans\/s/);
});

test("other targets have no such table", () => {
  for (const target of ["bare:20", "orders"])
    assert.ok(reportOf({ target }).tables.every(({ id }) => id !== "specification"));
});
