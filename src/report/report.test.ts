/** What a report says of edges: one round, no ledger, nothing valid, an interrupted run, many variants. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { withVariants } from "../record/records.fixture.ts";
import type { Results } from "../record/results.ts";
import { processorSpec, targetSpec } from "../spec/scenario.ts";
import { changed, columnOf, fixtureReport, tableOf } from "./report.fixture.ts";
import type { Report } from "./report.ts";
import { renderHtml } from "./reporters/html.ts";
import { renderMarkdown } from "./reporters/markdown.ts";
import { renderPrometheus } from "./reporters/prometheus.ts";
import { renderTerminal } from "./reporters/terminal.ts";

const MEDIUM = { color: false, width: 100 };
const SWEEP = ["ratio:0.1", "ratio:0.01", "tail:errors"];

/** In every format, without an error. */
function rendered(report: Report): string[] {
  return [
    renderTerminal(report, MEDIUM),
    renderTerminal(report, { ...MEDIUM, verbose: true }),
    renderMarkdown(report),
    renderHtml(report),
  ];
}

test("a service that runs already is on no core of its own, in every format", () => {
  const target = targetSpec.parse("url:http://127.0.0.1:8080");
  const report = fixtureReport({}, (results) => ({ ...results, scenario: { ...results.scenario, target } }));
  for (const text of rendered(report)) assert.doesNotMatch(text, /one core|side by side/);
});

test("instructions per request have an interval of their own; without counters a note says so", () => {
  const counted = changed((record) => {
    const { trial, resources } = record;
    const instructionsPerRequest = (trial.variant === "none" ? 1e5 : 1.2e5) + 100 * (trial.round % 4);
    return resources === undefined ? record : { ...record, resources: { ...resources, instructionsPerRequest } };
  });
  const columns = (report: Report) => tableOf(report, "cost").columns.map(({ title }) => title);
  const report = fixtureReport({}, counted);
  assert.ok(columns(report).includes("instructions/request"));
  assert.match(JSON.stringify(tableOf(report, "cost").rows), /\+(19\.9|20)\S* ±0\.\d+ %/);
  assert.doesNotMatch(tableOf(report, "cost").notes.join("\n"), /counters/);
  assert.ok(!columns(fixtureReport()).includes("instructions/request"));
  assert.match(tableOf(fixtureReport(), "cost").notes.join("\n"), /Instructions per request: not counted/);
});

test("what a target does not report of itself is unknown", () => {
  const unreported = changed(({ resources, ...record }) => {
    const { gcMs: _gc, heapBytes: _heap, ...known } = resources ?? {};
    return { ...record, ...(resources && { resources: known as typeof resources }) };
  });
  const notesOf = (report: Report) => tableOf(report, "resources").notes.join("\n");
  assert.match(notesOf(fixtureReport({}, unreported)), /heap and GC unknown/);
  assert.doesNotMatch(notesOf(fixtureReport()), /unknown/);
});

test("a figure that all variants have in some rounds only is no sign of rounds that a variant lacks", () => {
  const endsIn = changed(({ resources, trial, ...record }) => {
    const { heapBytes: _heap, ...known } = resources ?? {};
    const own = trial.round > 4 ? resources : (known as typeof resources);
    return { ...record, trial, ...(resources && { resources: own }) };
  });
  const { columns, notes } = tableOf(fixtureReport({}, endsIn), "resources");
  assert.ok(columns.some(({ title }) => title === "heap"));
  assert.doesNotMatch(notes.join("\n"), /every round/);
});

test("without a ledger, losses are unknown", () => {
  const { ledger: _, ...none } = { ledger: undefined };
  const withoutLedger = changed(({ ledger: _ledger, ...record }) => ({ ...record, ...none }));
  for (const samplers of [["ratio:0.1"], SWEEP]) {
    const report = fixtureReport({ samplers }, withoutLedger);
    assert.match(report.title, /spans lost: unknown/);
    assert.doesNotMatch(report.title, /no (sampled )?span/);
    rendered(report);
  }
});

test("one round: numbers are marked as no findings", () => {
  const report = fixtureReport({ rounds: 1 });
  assert.match(report.title, /~.*\(no interval: 1 round\)/);
  assert.match(report.title, /= ~0\.\d+ cores/);
  assert.ok(
    columnOf(report, "cost", "against none")
      .slice(1)
      .every((text) => text.startsWith("~")),
  );
  rendered(report);
});

test("if all trials of a phase are invalid, the head of the report and its section say so", () => {
  const warnings = [{ code: "driver-late", message: "too late", fix: "a free core", invalidates: true }];
  const report = fixtureReport(
    {},
    changed((record) => (record.trial.phase === "latency" ? { ...record, valid: false, warnings } : record)),
  );
  assert.deepEqual(tableOf(report, "latency").rows, []);
  assert.match(tableOf(report, "latency").notes.join("\n"), /no figures, .*driver-late/);
  assert.match(report.caveats.join("\n"), /Phase latency: no figures, .*driver-late/);
  const [first] = report.warnings;
  assert.deepEqual(
    [first?.code, first?.invalidates, first?.extent],
    ["driver-late", true, "18 of 54 trials, 18 invalid"],
  );
  for (const text of rendered(report)) assert.match(text, /driver-late/);
});

test("a report of nothing renders", () => {
  for (const change of [
    changed((record) => ({ ...record, valid: false })),
    changed((record) => ({
      trial: record.trial,
      startedAt: record.startedAt,
      tookMs: 1,
      ending: "failed",
      failure: "Error: no\n    at x (y:1:1)",
      valid: false,
      warnings: [],
    })),
    (results: Results): Results => ({ ...results, records: [], ending: "interrupted" }),
  ]) {
    const report = fixtureReport({}, change);
    assert.ok(report.caveats.length > 0);
    rendered(report);
  }
});

test("a residual is a caveat, and counted in the metrics text", () => {
  const report = fixtureReport(
    {},
    changed((record) =>
      record.ledger === undefined ? record : { ...record, valid: false, ledger: { ...record.ledger, residual: 2 } },
    ),
  );
  assert.match(report.caveats.join(), /72 spans are unaccounted/);
  assert.match(renderPrometheus(report), /^spantoll_spans_unexplained 72$/m);
  const unknown = fixtureReport(
    {},
    changed((record) => ({ ...record, ledger: undefined })),
  );
  assert.equal(unknown.trials.unexplainedSpans, undefined);
  assert.doesNotMatch(renderPrometheus(unknown), /spans_unexplained/);
});

test("an invalid trial is in no count of spans, traces or losses", () => {
  const [report, without] = [{ valid: false }, { ending: "aborted" as const }].map((bad) =>
    fixtureReport(
      { lostAtCapacity: 0.1 },
      changed((record) => (record.trial.round === 1 ? { ...record, ...bad } : record)),
    ),
  );
  assert.deepEqual(tableOf(report!, "spans").rows, tableOf(without!, "spans").rows);
  assert.equal(report!.title, without!.title);
});

test("lost, late and repeated spans are counted, with the phase and the cause", () => {
  const report = fixtureReport(
    { lostAtCapacity: 0.1 },
    changed((record) =>
      record.ledger === undefined
        ? record
        : { ...record, ledger: { ...record.ledger, exportedLate: 7, duplicates: 10 } },
    ),
  );
  assert.match(columnOf(report, "spans", "why")[0]!, /^capacity: queue full 1,440 of 14,400 \(10 %\)$/);
  assert.deepEqual([columnOf(report, "spans", "late")[0], columnOf(report, "spans", "twice")[0]], ["126", "180"]);
});

test("labels have the axes on which variants differ", () => {
  const simple = processorSpec.parse("simple");
  const report = fixtureReport({}, (results) =>
    withVariants(results, (id) => id === "ratio:0.1" && { processor: simple }),
  );
  assert.deepEqual(columnOf(report, "cost", "variant"), ["none", "always_on batch", "ratio:0.1 simple"]);
});

test("the first screen has the answer, the cost, what was kept and what was lost", () => {
  const report = fixtureReport({ samplers: SWEEP, lostAtCapacity: 0.1 });
  const lines = renderTerminal(report, MEDIUM).split("\n").slice(0, 40);
  for (const id of ["cost", "kept", "spans"]) {
    const { title, rows } = tableOf(report, id);
    const shown = lines.slice(lines.indexOf(title) + 1);
    assert.ok(lines.includes(title), title);
    for (const [cell] of rows)
      assert.ok(
        shown.some((line) => line.startsWith(`${cell!.text} `)),
        cell!.text,
      );
  }
});

test("a p99 without an interval has no number in the headline", () => {
  assert.match(fixtureReport({ rounds: 1 }).title, /p99: no finding/);
});

test("rounds that an interruption cut off are named so", () => {
  const { title } = fixtureReport({ rounds: 2 }, (results) => ({
    ...results,
    ending: "interrupted",
    records: results.records.filter(({ trial }) => trial.round === 1),
  }));
  assert.match(title, /1 of 2 rounds, interrupted/);
  assert.doesNotMatch(title, /valid/);
});
