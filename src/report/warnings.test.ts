import assert from "node:assert/strict";
import { test } from "node:test";
import type { Warning } from "../record/trial-record.ts";
import { buildReport } from "./build.ts";
import { fixtureEstimates, fixtureReport } from "./report.fixture.ts";
import type { Report } from "./report.ts";
import { renderTerminal } from "./reporters/terminal.ts";
import { fixtureResults } from "./results.fixture.ts";
import { warnedOf } from "./warnings.ts";

test("warnings that differ in their numbers are told once, with where they occurred and the fix", () => {
  const report = fixtureReport({}, (results) => ({
    ...results,
    records: results.records.map((record, at) => ({
      ...record,
      warnings: [{ code: "driver-late", message: `late by ${at + 1} ms`, fix: "lower --rate" }],
    })),
  }));
  const group = report.warnings.find(({ code }) => code === "driver-late")!;
  const [told, ...others] = group.cases;
  assert.deepEqual(others, []);
  assert.equal(group.extent, "54 of 54 trials");
  assert.deepEqual(told, {
    message: "late by 1 … 54 ms",
    fix: "lower --rate",
    where: ["cost", "latency", "capacity"].map((phase) => `${phase}: none, always_on, ratio:0.1 (18 of 18 trials)`),
  });
});

const foreign = { code: "foreign-load", message: "other programs used 40 % of a core", fix: "end them" };
const steal = { code: "steal", message: "the host took 10 % of a core", fix: "measure elsewhere" };
const late = { code: "driver-late", message: "late by 3 ms", fix: "lower --rate", voids: true };

/** All 18 trials of the latency phase are late; so many of them, counted from the first, have causes as well. */
function lateAnd(causes: readonly (readonly [cause: Warning, trials: number])[]): Report["warnings"] {
  return fixtureReport({}, (results) => {
    const disturbed = results.records.filter(({ trial }) => trial.phase === "latency");
    const warningsOf = (at: number): Warning[] => [
      late,
      ...causes.flatMap(([cause, trials]) => (at < trials ? cause : [])),
    ];
    return {
      ...results,
      records: results.records.map((record) => {
        const at = disturbed.indexOf(record);
        return at < 0 ? record : { ...record, warnings: warningsOf(at) };
      }),
    };
  }).warnings;
}

test("where other programs disturbed half of the same trials, they are named first, and before any other fix", () => {
  const warnings = lateAnd([[foreign, 9]]);
  assert.deepEqual(
    warnings.slice(0, 2).map(({ code }) => code),
    ["foreign-load", "driver-late"],
  );
  assert.equal(warnings[0]!.cases[0]!.fix, "end them");
  assert.match(warnings[1]!.cases[0]!.fix, /^foreign-load was told of 9 of these trials .* first; lower --rate$/);
});

test("where they disturbed fewer than half, they are the cause of nothing else", () => {
  const [first, second] = lateAnd([[foreign, 8]]);
  assert.deepEqual([first!.code, second!.code], ["driver-late", "foreign-load"]);
  assert.equal(first!.cases[0]!.fix, "lower --rate");
});

test("of two causes, the one that is told of more trials is likely", () => {
  for (const [most, other] of [
    [foreign, steal],
    [steal, foreign],
  ] as const) {
    const warnings = lateAnd([
      [other, 10],
      [most, 12],
    ]);
    assert.equal(warnings[0]!.code, most.code);
    const { cases } = warnings.find(({ code }) => code === "driver-late")!;
    assert.match(cases[0]!.fix, new RegExp(`^${most.code} was told of 12 of these trials too and is the likely cause`));
  }
});

test("the run's warnings stand under the answer, in a line, with how much of the run they are about", () => {
  const foreign = { code: "foreign-load", message: "other programs used 60 % of a core", fix: "end them" };
  const busy = { code: "driver-busy", message: "the driver was busy", fix: "lower --rate" };
  const report = fixtureReport({ rounds: 1 }, (results) => ({
    ...results,
    records: results.records.map((record, at) => ({
      ...record,
      warnings: at < 3 ? [{ ...busy, code: "sink-busy" }, ...(at < 2 ? [] : [busy, { ...foreign, voids: true }])] : [],
    })),
  }));
  const expected =
    /^Warned of foreign-load \(1 of 9 trials, 1 void\), sink-busy \(3 of 9 trials\), driver-busy \(1 of 9 trials\), few-rounds \(\d+ figures\), thin-tail \(\d+ figures\)\.$/;
  assert.match(warnedOf(report.warnings).join(), expected);
  const [, second] = renderTerminal(report, { color: false, width: 300 }).split("\n\n");
  assert.match(second!.replace(/^! /, ""), expected);
  assert.deepEqual(warnedOf([]), []);
});

test("the line names every code, however many there are, and only what is about a part says how much of it", () => {
  const codes = Array.from({ length: 9 }, (_, at) => ({ code: `code-${at}` }));
  const [line] = warnedOf([...codes, { code: "drift", extent: "1 of 9 trials" }], "base.json");
  assert.equal(line, `base.json was warned of ${codes.map(({ code }) => code).join(", ")}, drift (1 of 9 trials).`);
});

test("a warning of a comparison tells what it was against, unless that is none", () => {
  const results = fixtureResults();
  const doubt = { code: "doubt", message: "it is doubtful", fix: "measure again" };
  const estimates = fixtureEstimates(results).map((estimate) =>
    estimate.variant === "ratio:0.1" && estimate.metric === "cpuUsPerRequest" && estimate.unit === "ratio"
      ? { ...estimate, warnings: [doubt] }
      : estimate,
  );
  const { warnings } = buildReport(results, estimates);
  const { where } = warnings.find(({ code }) => code === "doubt")!.cases[0]!;
  assert.deepEqual(where, ["cost: ratio:0.1, ratio:0.1 against always_on"]);
});

test("a warning of a figure that no table shows is left out", () => {
  const report = fixtureReport({}, (results) => ({
    ...results,
    records: results.records.map((record) => {
      const { resources, trial } = record;
      const cpuUsPerRequest = resources!.cpuUsPerRequest * (trial.variant === "none" ? 1.5 ** trial.round : 1);
      return trial.phase === "capacity" ? { ...record, resources: { ...resources!, cpuUsPerRequest } } : record;
    }),
  }));
  assert.ok(report.estimates.some(({ warnings }) => warnings.some(({ code }) => code === "baseline-unstable")));
  assert.ok(report.warnings.every(({ code }) => code !== "baseline-unstable"));
});

test("what a report says elsewhere is not a warning besides", () => {
  const report = fixtureReport({ rounds: 1 });
  const codes = report.warnings.map(({ code }) => code);
  assert.ok(codes.includes("few-rounds") && !codes.includes("one-round"), codes.join());
});
