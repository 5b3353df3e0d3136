import assert from "node:assert/strict";
import { test } from "node:test";
import type { Results } from "../../record/results.ts";
import { collectorSpec } from "../../spec/specs.ts";
import { fixtureReport, tableOf } from "../report.fixture.ts";

const COLLECTOR_US = 50;

/** One of the variants has a Collector, which takes so much for each request. */
function withCollector(results: Results): Results {
  const collector = { bytesOut: 1000, bytesOutPerRequest: 10, cpuUsPerRequest: COLLECTOR_US };
  return {
    ...results,
    plan: {
      ...results.plan,
      variants: results.plan.variants.map((variant) =>
        variant.id === "ratio:0.1" ? { ...variant, collector: collectorSpec.parse("pass-through") } : variant,
      ),
    },
    records: results.records.map((record) =>
      record.trial.variant === "ratio:0.1" ? { ...record, collector } : record,
    ),
  };
}

test("the bill is that of service and Collector together; without a Collector, the service's", () => {
  const samplers = ["ratio:0.1", "ratio:0.01"];
  const table = tableOf(fixtureReport({ samplers }, withCollector), "placement");
  const at = (title: string): number => table.columns.findIndex((column) => column.title === title);
  const valueOf = (label: string, title: string): number | undefined =>
    table.rows.find(([variant]) => variant!.text === label)![at(title)]!.value;
  const via = "ratio:0.1 via pass-through";
  const [both, own] = [valueOf(via, "service + Collector")!, valueOf(via, "service")!];
  assert.ok(Math.abs(both - own - COLLECTOR_US) < 1, `${both} ${own}`);
  assert.equal(valueOf("always_on", "service + Collector"), valueOf("always_on", "service"));
  assert.equal(valueOf("always_on", "Collector"), undefined);
  assert.match(table.notes.join(" "), /budgets are not equal: ratio:0\.01 .*ratio:0\.1/);
});

test("variants of one way to sample have no such table", () => {
  assert.equal(
    fixtureReport().tables.some(({ id }) => id === "placement"),
    false,
  );
});
