import assert from "node:assert/strict";
import { test } from "node:test";
import { withVariants } from "../../record/records.fixture.ts";
import { collectorSpec } from "../../spec/scenario.ts";
import type { CollectorLedger } from "../../record/collector-ledger.ts";
import type { Phase } from "../../spec/phases.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { changed, columnOf, fixtureReport } from "../report.fixture.ts";

/** Every span that was exported was accepted; this became of them. */
function via(fate: Partial<CollectorLedger>): (record: TrialRecord) => TrialRecord {
  return (record) => {
    const { ledger } = record;
    if (ledger === undefined) return record;
    const none = { sampledOut: 0, sendFailed: 0, enqueueFailed: 0, droppedAtExit: 0, leftOnDisk: 0, diedWith: 0 };
    const collector = { ...none, resent: 0, accepted: ledger.exported, refused: 0, ...fate };
    const gone = collector.sampledOut + collector.droppedAtExit + collector.diedWith;
    return { ...record, ledger: { ...ledger, received: ledger.received - gone, collector } };
  };
}

test("what its sampler left out is no loss; what it dropped is, with the cause", () => {
  const report = fixtureReport({ phases: ["cost"], rounds: 2 }, changed(via({ sampledOut: 20, droppedAtExit: 5 })));
  assert.deepEqual(columnOf(report, "collector", "sampled out"), ["40", "40"]);
  assert.deepEqual(columnOf(report, "collector", "lost"), ["10", "10"]);
  assert.deepEqual(columnOf(report, "spans", "lost"), ["10", "10"]);
  assert.deepEqual(columnOf(report, "spans", "sampled out"), ["40", "40"]);
  assert.equal(columnOf(report, "spans", "sampled")[0], columnOf(report, "spans", "started")[0]);
  assert.match(report.title, /40 sampled out by the Collector/);
  for (const why of columnOf(report, "spans", "why")) assert.match(why, /dropped at exit 10/);
});

test("what a killed Collector accepted is unknown, and no 0", () => {
  const report = fixtureReport(
    { phases: ["cost"], rounds: 2 },
    changed((record) => {
      const { ledger, ...others } = via({ diedWith: 3 })(record);
      if (ledger?.collector === undefined) return record;
      const { accepted: _, refused: _refused, ...known } = ledger.collector;
      return { ...others, ledger: { ...ledger, collector: known } };
    }),
  );
  assert.deepEqual(columnOf(report, "collector", "accepted"), ["unknown", "unknown"]);
  assert.deepEqual(columnOf(report, "collector", "lost"), ["6", "6"]);
});

test("stored is a column if a Collector stores", () => {
  const report = fixtureReport({ phases: ["cost"], rounds: 2 }, changed(via({ stored: 100 })));
  assert.deepEqual(columnOf(report, "collector", "stored"), ["200", "200"]);
  assert.ok(!fixtureReport({ rounds: 2 }).tables.some(({ id }) => id === "collector"));
});

test("the Collector's CPU stands beside the service's, with the sum of what both add, and the pair is named", () => {
  const reportOf = (phase: Phase) =>
    fixtureReport({ phases: [phase] }, (results) => {
      const collector = { cpuUs: 30_000, cpuUsPerRequest: 100, rssBytes: 5e7, rssPeakBytes: 5e7, bytesOut: 0 };
      const measured = changed((record) => (record.trial.variant === "none" ? record : { ...record, collector }));
      return withVariants(
        measured(results),
        (id) => id !== "none" && { collector: collectorSpec.parse("tail-sampling") },
      );
    });
  const report = reportOf("cost");
  assert.match(reportOf("latency").title, /in the service .* and 100 µs in the Collector/);
  assert.match(
    report.title,
    /^ratio:0\.1 via tail-sampling: .* in the service .* 100 µs in the Collector, together \+14\d/,
  );
  assert.deepEqual(columnOf(report, "cost", "Collector").slice(1), ["100", "100"]);
  const [added, both] = ["added", "both added"].map((title) =>
    columnOf(report, "cost", title).slice(1).map(parseFloat),
  );
  for (const [at, sum] of both!.entries()) assert.ok(Math.abs(sum - added![at]! - 100) < 3, `${sum} ${added![at]}`);
});
