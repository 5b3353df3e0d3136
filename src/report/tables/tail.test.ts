import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, fixtureReport, tableOf } from "../report.fixture.ts";

test("dropped and late traces are counted over all rounds, with their share of the traces", () => {
  const collector = { bytesOut: 1, tailTraces: 200, tracesDroppedEarly: 50, lateArrivals: 0 };
  const spoilt = changed((record) => (record.trial.variant === "ratio:0.1" ? { ...record, collector } : record));
  const [row, ...others] = tableOf(fixtureReport({ rounds: 6, phases: ["cost"] }, spoilt), "tail").rows;
  assert.deepEqual(others, []);
  assert.deepEqual(
    row!.map(({ text }) => text),
    ["ratio:0.1", "1,200", "300 (25 %)", "0 (0 %)"],
  );
});
