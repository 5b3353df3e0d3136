import assert from "node:assert/strict";
import { test } from "node:test";
import { instrumentationSpec, samplerSpec } from "../../spec/specs.ts";
import { columnOf, fixtureReport, tableOf } from "../report.fixture.ts";

/** The fixture's variants, cheapest first, as lists of instrumentations under one sampler. */
const LISTS: Readonly<Record<string, string>> = {
  "ratio:0.01": "auto-pg",
  "ratio:0.1": "auto-http",
  always_on: "auto",
};

test("each instrumentation has its price, the dearest first and in the headline, and is no contrast of samplers", () => {
  const sampler = samplerSpec.parse("always_on");
  const report = fixtureReport({ samplers: ["ratio:0.1", "ratio:0.01"] }, (results) => ({
    ...results,
    plan: {
      ...results.plan,
      variants: results.plan.variants.map((variant) => {
        const list = LISTS[variant.id];
        return list === undefined ? variant : { ...variant, sampler, instrumentation: instrumentationSpec.parse(list) };
      }),
    },
  }));
  assert.deepEqual(columnOf(report, "prices", "instrumentation"), ["pg", "http"]);
  const cpu = tableOf(report, "prices").rows.map((row) => row[2]!.estimate!);
  assert.ok(cpu[0]!.center > cpu[1]!.center && cpu[1]!.low! > 0);
  assert.deepEqual(columnOf(report, "prices", "verdict"), ["dearer", "dearer"]);
  assert.match(report.title, /dearest instrumentation: pg, \+\d/);
  assert.ok(report.tables.every(({ id }) => id !== "contrasts"));
});
