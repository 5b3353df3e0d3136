import assert from "node:assert/strict";
import { test } from "node:test";
import { withVariants } from "../../record/records.fixture.ts";
import type { Results } from "../../record/results.ts";
import { collectorSpec } from "../../spec/scenario.ts";
import { changed, fixtureReport, tableOf } from "../report.fixture.ts";
import type { FixtureOptions } from "../results.fixture.ts";

const COLLECTOR_US = 50;

/** One of the variants has a Collector, which takes so much for each request, or an unknown amount. */
const withCollector =
  (cpuUsPerRequest: number | undefined) =>
  (results: Results): Results => {
    const collector = { bytesOut: 1000, bytesOutPerRequest: 10, ...(cpuUsPerRequest && { cpuUsPerRequest }) };
    const measured = changed((record) => (record.trial.variant === "ratio:0.1" ? { ...record, collector } : record));
    return withVariants(
      measured(results),
      (id) => id === "ratio:0.1" && { collector: collectorSpec.parse("pass-through") },
    );
  };

test("the bill is that of service and Collector together; without a Collector, the service's", () => {
  const samplers = ["ratio:0.1", "ratio:0.01"];
  const report = fixtureReport({ samplers }, withCollector(COLLECTOR_US));
  const table = tableOf(report, "placement");
  const at = (title: string): number => table.columns.findIndex((column) => column.title === title);
  const valueOf = (label: string, title: string): number | undefined =>
    table.rows.find(([variant]) => variant!.text === label)![at(title)]!.value;
  const via = "ratio:0.1 via pass-through";
  const [both, own] = [valueOf(via, "service + Collector")!, valueOf(via, "service")!];
  assert.ok(Math.abs(both - own - COLLECTOR_US) < 1, `${both} ${own}`);
  assert.equal(valueOf("always_on", "service + Collector"), valueOf("always_on", "service"));
  assert.equal(valueOf("always_on", "Collector"), undefined);
  assert.match(table.notes.join(" "), /budgets are not equal: ratio:0\.01 .*ratio:0\.1/);
  const cost = tableOf(report, "cost").rows.map(([, cpu]) => cpu!.value);
  assert.deepEqual(
    ["none", via].map((label) => valueOf(label, "service")),
    [cost[0], cost[2]],
    "not of the phase latency",
  );
});

test("a Collector whose CPU is unknown does not make its variant the cheapest", () => {
  const report = fixtureReport({ samplers: ["ratio:0.1", "tail:errors"] }, withCollector(undefined));
  const via = "ratio:0.1 via pass-through";
  const { columns, rows, notes } = tableOf(report, "placement");
  const row = rows.find(([variant]) => variant!.text === via)!;
  assert.equal(row[columns.findIndex(({ title }) => title === "service + Collector")]!.value, undefined);
  assert.match(notes.join(" "), /Collector .*unknown: ratio:0\.1 via pass-through/);
  assert.match(report.title, /^Cheapest of 1 with a known cost: tail:errors,/);
  assert.equal(report.charts.find(({ id }) => id === "order")!.steps!.includes(via), false);
  assert.match(report.charts.find(({ id }) => id === "front")!.xAxis, /without its Collector/);
  const alone = fixtureReport({}, withCollector(undefined)).title;
  assert.match(alone, /in the service .* and an unknown amount in the Collector/);
  assert.doesNotMatch(alone, /cores per/);
});

test("what was kept, and traces that arrived in part, name their phase", () => {
  const inPart = changed((record) => {
    const { trial, fidelity } = record;
    if (trial.phase !== "capacity" || trial.variant !== "always_on" || fidelity === undefined) return record;
    return {
      ...record,
      fidelity: { ...fidelity, traces: { ...fidelity.traces, whole: fidelity.traces.arrived - 50 } },
    };
  });
  const { title, notes } = tableOf(fixtureReport({}, inPart), "kept");
  assert.match(title, /phase latency/);
  assert.match(notes.join("\n"), /: always_on 300 of 1,800 in the phase capacity \(/);
});

test("what was kept is that of one phase for all variants; one without a valid trial in it has no figure", () => {
  const invalid = (variant: string, ...phases: readonly string[]) =>
    changed((record) => {
      const { trial } = record;
      return trial.variant === variant && phases.includes(trial.phase) ? { ...record, valid: false } : record;
    });
  const samplers = ["ratio:0.1", "ratio:0.01"];
  const withoutLatency = fixtureReport({ samplers }, invalid("ratio:0.1", "latency"));
  const { title, rows } = tableOf(withoutLatency, "kept");
  assert.match(title, /phase cost/);
  assert.ok(rows.every((row) => row.slice(1).every(({ value }) => value !== undefined)));
  const withoutAny = fixtureReport({ samplers }, invalid("ratio:0.1", "cost", "latency", "capacity"));
  const table = tableOf(withoutAny, "kept");
  assert.match(table.title, /phase latency/);
  const row = table.rows.find(([variant]) => variant!.text === "ratio:0.1")!;
  assert.equal(row[1]!.text, "no valid trial");
  assert.ok(row.every(({ value }) => value === undefined));
  const alone = fixtureReport({}, invalid("ratio:0.1", "cost", "latency", "capacity"));
  assert.match(alone.title, /no valid trial/);
});

test("variants of one way to sample have no such table", () => {
  assert.equal(
    fixtureReport().tables.some(({ id }) => id === "placement"),
    false,
  );
});

test("a dashboard that shows a tenth of the requests is 90 % too low, and one that shows eight times the errors 700 % too high", () => {
  const dashboard = {
    requests: { truth: 1000, estimate: 100 },
    errorRate: { truth: 0.05, estimate: 0.4 },
    p99Ms: { truth: 80 },
  };
  const spoilt = changed((record) => (record.trial.variant === "ratio:0.1" ? { ...record, dashboard } : record));
  const { columns, rows } = tableOf(fixtureReport({ phases: ["cost"] }, spoilt), "dashboard");
  assert.deepEqual(
    columns.map(({ title }) => title),
    ["variant", "request rate", "error rate"],
  );
  assert.deepEqual(
    rows.map((row) => row.map(({ text }) => text)),
    [["ratio:0.1", "−90 %", "+700 %"]],
  );
});

test("the title says behind which samplers dashboards are wrong, and by how much", () => {
  const [wrong, right] = ["ratio:0.1", "ratio:0.01"] as const;
  // one request in a thousand is missing in each round
  const titleOf = (rounds: number, rightShare = 0.999, spread = 0, phases: FixtureOptions["phases"] = ["latency"]) =>
    fixtureReport(
      { samplers: [wrong, right], phases, rounds },
      changed((record) => {
        const { variant, round } = record.trial;
        const share = variant === wrong ? 0.1 : rightShare + spread * (round % 2 === 0 ? 1 : -1);
        const requests = { truth: 1000, estimate: share * (variant === wrong ? 990 + 10 * (round % 3) : 1000) };
        const errorRate = { truth: 0.05, estimate: round % 2 === 0 ? 0.0501 : 0.0499 };
        return variant === wrong || variant === right
          ? { ...record, dashboard: { requests, errorRate, p99Ms: { truth: 80 } } }
          : record;
      }),
    ).title;
  const found = /wrong behind ratio:0\.1 \(request rate −90\S* ±\S+ %\); not shown to be wrong behind ratio:0\.01/;
  assert.match(titleOf(6), found);
  // beyond its own interval, but not as one of four figures
  assert.match(titleOf(6, 0.95, 0.04), found);
  // its whole interval, 0.685 to 0.961, is beyond the margin, but not as one of four figures
  assert.match(titleOf(6, 0.823, 0.12), found);
  const costed = titleOf(6, 0.999, 0, ["cost", "latency"]);
  assert.match(costed, /^Cheapest of 2: /);
  assert.match(costed, found);
  assert.match(titleOf(1), /^Dashboards over span metrics: no finding.* behind ratio:0\.1, ratio:0\.01/);
});
