import assert from "node:assert/strict";
import { test } from "node:test";
import { withVariants } from "../../record/records.fixture.ts";
import { samplerSpec } from "../../spec/scenario.ts";
import { columnOf, fixtureReport, tableOf } from "../report.fixture.ts";
import type { Report } from "../report.ts";

const SWEEP = ["ratio:0.1", "ratio:0.01", "tail:errors"];

test("tracing's price is no regression: nothing is red but what is wrong", () => {
  const report = fixtureReport({ samplers: SWEEP });
  assert.deepEqual(new Set(columnOf(report, "cost", "verdict").slice(1)), new Set(["higher"]));
  assert.deepEqual(
    report.tables.flatMap(({ rows }) => rows.flat()).filter(({ tone }) => tone === "bad"),
    [],
  );
});

test("each sampler is held against the next dearer one and against always_on, in the order of cost", () => {
  const report = fixtureReport({ samplers: SWEEP });
  assert.deepEqual(
    tableOf(report, "contrasts").rows.map(([variant, of, , , verdict]) => [
      variant!.text,
      of!.text.split("'")[0],
      verdict!.text,
    ]),
    [
      ["ratio:0.01", "ratio:0.1", "cheaper"],
      ["ratio:0.01", "always_on", "cheaper"],
      ["ratio:0.1", "tail:errors", "cheaper"],
      ["ratio:0.1", "always_on", "cheaper"],
      ["tail:errors", "always_on", "cheaper"],
    ],
  );
  const order = report.charts.find(({ id }) => id === "order")!;
  assert.deepEqual(order.steps, ["ratio:0.01", "ratio:0.1", "tail:errors", "always_on"]);
});

function upgradeReport(rounds: number): Report {
  const otels: Readonly<Record<string, string>> = { always_on: "2.12.1", "ratio:0.1": "3.1.1" };
  const sampler = samplerSpec.parse("always_on");
  return fixtureReport({ rounds }, (results) =>
    withVariants(results, (id) => id in otels && { sampler, otel: otels[id] }),
  );
}

test("the toll of an upgrade has a table and stands in the headline; it is no contrast of samplers", () => {
  const report = upgradeReport(6);
  assert.deepEqual(columnOf(report, "contrasts", "variant"), ["always_on otel 3.1.1"]);
  assert.match(columnOf(report, "contrasts", "against")[0]!, /^always_on otel 2\.12\.1/);
  assert.match(report.title, /otel 3\.1\.1 against 2\.12\.1 under always_on: −/);
  assert.match(upgradeReport(1).title, /against 2\.12\.1 .*\(1 round\)/);
});

test("the cost over load has each phase with its own rate and share of a core", () => {
  const report = fixtureReport({ samplers: [] });
  assert.deepEqual(
    tableOf(report, "load").rows.map(([variant, phase]) => [variant!.text, phase!.text]),
    ["none", "always_on"].flatMap((variant) => ["cost", "latency", "capacity"].map((phase) => [variant, phase])),
  );
  const swept = fixtureReport({ samplers: [], phases: ["cost", "cost-2", "cost-3"] });
  assert.deepEqual(
    tableOf(swept, "load").rows.map(([, phase]) => phase!.text),
    ["cost", "cost-2", "cost-3", "cost", "cost-2", "cost-3"],
  );
  assert.ok(columnOf(report, "load", "own cores").every((text) => text === "0.40"));
  // beside the share of each variant, that of all which share the core
  assert.match(tableOf(report, "load").notes.join("\n"), /phase cost .* all 2 together take 0\.80 cores/);
  assert.doesNotMatch(tableOf(report, "load").notes.join("\n"), /capacity/);
  assert.deepEqual(
    fixtureReport({ phases: ["cost"] }).tables.filter(({ id }) => id === "load"),
    [],
  );
});
