import assert from "node:assert/strict";
import { test } from "node:test";
import { trialFidelity } from "../../fidelity/trial-fidelity.ts";
import { evidenceOf, usualSpans, type FixtureRequest } from "../../fidelity/evidence.fixture.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { renderHtml } from "../reporters/html.ts";
import { renderMarkdown } from "../reporters/markdown.ts";
import { renderTerminal } from "../reporters/terminal.ts";
import { fixtureReport } from "../report.fixture.ts";
import type { Report } from "../report.ts";

const INCIDENT = { atMs: 1000, route: "POST /orders", class: "declined", share: 0.2 };
const REQUESTS = Array.from({ length: 400 }, (_, index): FixtureRequest => {
  const isDeclined = index % 10 === 0;
  return {
    route: index % 2 === 0 ? "POST /orders" : "GET /orders",
    class: isDeclined ? "declined" : "ordinary",
    status: isDeclined ? 503 : 200,
    latencyUs: 1000 + index,
    atMs: index * 10,
  };
});

/** What `always_on` and a sampler of every fourth trace keep, judged as a live trial is. */
function judged(record: TrialRecord): TrialRecord {
  if (record.fidelity === undefined) return record;
  const nth = record.trial.variant === "always_on" ? 1 : 4;
  const spans = usualSpans(REQUESTS).filter(({ request }) => request % nth === 0);
  const inclusion = record.trial.variant === "tail:errors" ? undefined : 1 / nth;
  return { ...record, fidelity: trialFidelity(evidenceOf(REQUESTS, spans), { inclusion, incident: INCIDENT }) };
}

const REPORT = fixtureReport({ samplers: ["ratio:0.1", "tail:errors"] }, (results) => ({
  ...results,
  scenario: { ...results.scenario, incident: INCIDENT },
  records: results.records.map(judged),
}));
const MEDIUM = { color: false, width: 120 };

function column({ tables }: Report, id: string, title: string): string[] {
  const table = tables.find((candidate) => candidate.id === id) ?? assert.fail(id);
  const at = table.columns.findIndex((candidate) => candidate.title === title);
  assert.notEqual(at, -1, `${title}: ${table.columns.map((candidate) => candidate.title).join()}`);
  return table.rows.map((row) => row[at]!.text);
}

test("every fidelity figure has a column", () => {
  const shown: Readonly<Record<string, readonly string[]>> = {
    "kept-amount": ["traces", "spans", "bytes", "spans/request"],
    "kept-seen": ["failed", "slowest 1 %", "shapes", "edges", "whole"],
    "kept-errors": ["weight", "requests", "error rate", "p50", "p99"],
    incident: ["its failures kept", "first one kept after"],
  };
  for (const [id, titles] of Object.entries(shown)) {
    for (const title of titles)
      assert.ok(
        column(REPORT, id, title).some((text) => text !== "–"),
        `${id}: ${title}`,
      );
  }
});

test("a strategy without a valid weight says so beside its naive errors", () => {
  assert.deepEqual(column(REPORT, "kept-errors", "weight"), ["valid", "valid", "no valid weight"]);
  assert.match(column(REPORT, "kept-errors", "requests")[2]!, /^−75/);
});

test("the time until the incident was seen is there for the reader of the terminal", () => {
  const [first] = column(REPORT, "incident", "first one kept after");
  assert.match(first!, /^\d/);
  assert.match(renderTerminal(REPORT, MEDIUM), /Until the incident was seen/);
});

/** A report of `ratio:0.1` beside `always_on`, in which trials that `concerns` names lost three spans without a name. */
function losingUnnamed(
  concerns: (trial: TrialRecord["trial"]) => boolean,
  change: Partial<Fidelity["traces"]> = {},
): Report {
  return fixtureReport({ samplers: ["ratio:0.1"] }, (results) => ({
    ...results,
    records: results.records.map((record) => {
      const { fidelity, trial } = record;
      const unnamedLosses = concerns(trial) ? 3 : 0;
      return fidelity === undefined
        ? record
        : { ...record, fidelity: { ...fidelity, traces: { ...fidelity.traces, ...change, unnamedLosses } } };
    }),
  }));
}

test("what counts whole traces is marked as an upper bound where lost spans have no names, and nothing else is", () => {
  const report = losingUnnamed(({ variant }) => variant !== "always_on");
  const marked = (table: string, title: string): boolean[] =>
    column(report, table, title).flatMap((text) => (text === "–" ? [] : text.startsWith("≤ ")));
  for (const title of ["failures kept", "slowest 1 %", "whole"])
    assert.deepEqual(marked("kept", title), [false, true], title);
  assert.deepEqual(marked("kept", "traces kept"), [false, false]);
  assert.deepEqual(marked("kept-seen", "whole"), [false, true]);
  assert.match(report.title, /it kept ≤ /);
  assert.match(renderTerminal(report, MEDIUM), /unnamed-losses/);
});

test("traces that arrived in pieces are so many at least, where lost spans have no names", () => {
  const report = losingUnnamed(({ variant }) => variant !== "always_on", { arrived: 10, whole: 9, partial: 1 });
  const notes = report.tables.find(({ id }) => id === "kept")!.notes.join();
  assert.match(notes, /always_on 18 of 180 .*; ratio:0\.1 at least 18 of 180/);
});

test("a warning of what is kept counts in the phase whose figures are shown", () => {
  const codesOf = ({ warnings }: Report): string[] => warnings.map(({ code }) => code);
  const [hidden, shown] = ["capacity", "latency"].map((phase) => losingUnnamed((trial) => trial.phase === phase));
  assert.ok(!codesOf(hidden!).includes("unnamed-losses"));
  assert.ok(codesOf(shown!).includes("unnamed-losses"));
});

test("where no trace of any variant arrived whole, the shapes are missing and the report says why", () => {
  const notesOf = (whole: number): string =>
    losingUnnamed(() => false, { arrived: 10, whole })
      .tables.find(({ id }) => id === "kept")!
      .notes.join();
  assert.match(notesOf(0), /trace shapes: not told, since no trace of any variant arrived whole/);
  assert.doesNotMatch(notesOf(9), /trace shapes/);
});

test("the page shows the details, terminal and Markdown name them", () => {
  const [page, terminal, markdown] = [renderHtml(REPORT), renderTerminal(REPORT, MEDIUM), renderMarkdown(REPORT)];
  for (const { id, title } of REPORT.tables.filter(({ isDetail }) => isDetail)) {
    assert.ok(page.includes(`id="${id}-title"`), id);
    for (const text of [terminal, markdown]) assert.ok(text.replaceAll(/\s+/g, " ").includes(title), title);
    assert.ok(!terminal.includes(`\n${title}\n`), title);
  }
});
