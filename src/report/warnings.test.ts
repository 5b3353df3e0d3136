import assert from "node:assert/strict";
import { test } from "node:test";
import { buildReport } from "./build.ts";
import { fixtureEstimates, fixtureReport } from "./report.fixture.ts";
import { fixtureResults } from "./results.fixture.ts";

test("warnings that differ in their numbers are told once, with where they occurred and the cure", () => {
  const report = fixtureReport({}, (results) => ({
    ...results,
    records: results.records.map((record, at) => ({
      ...record,
      warnings: [{ code: "driver-late", message: `late by ${at + 1} ms`, cure: "lower --rate" }],
    })),
  }));
  const group = report.warnings.find(({ code }) => code === "driver-late")!;
  const [told, ...others] = group.cases;
  assert.deepEqual(others, []);
  assert.deepEqual(told, {
    message: "late by 1 … 54 ms",
    cure: "lower --rate",
    where: ["cost", "latency", "capacity"].map((phase) => `${phase}: none, always_on, ratio:0.1 (18 of 18 trials)`),
  });
});

test("where other programs disturbed the same trial, they are named first, and before any other cure", () => {
  const foreign = { code: "foreign-load", message: "other programs used 40 % of a core", cure: "end them" };
  const late = { code: "driver-late", message: "late by 3 ms", cure: "lower --rate", voids: true };
  const { warnings } = fixtureReport({}, (results) => ({
    ...results,
    records: results.records.map((record, at) => {
      if (record.trial.phase !== "latency") return record;
      return { ...record, warnings: at % 2 === 0 ? [late, foreign] : [late] };
    }),
  }));
  assert.deepEqual(
    warnings.slice(0, 2).map(({ code }) => code),
    ["foreign-load", "driver-late"],
  );
  assert.equal(warnings[0]!.cases[0]!.cure, "end them");
  assert.match(warnings[1]!.cases[0]!.cure, /^foreign-load was told of 9 of these trials .* first; lower --rate$/);
});

test("a warning of a comparison tells what it was against, unless that is none", () => {
  const results = fixtureResults();
  const doubt = { code: "doubt", message: "it is doubtful", cure: "measure again" };
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
