import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, fixtureReport, tableOf } from "../report.fixture.ts";

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
    ["variant", "request rate", "error rate", "spans stored"],
  );
  assert.deepEqual(
    rows.map((row) => row.slice(0, 3).map(({ text }) => text)),
    [["ratio:0.1", "−90 %", "+700 %"]],
  );
});
