import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { closeLedger, type TargetCounts } from "./ledger.ts";

const nothing: TargetCounts = {
  started: 0,
  unsampled: 0,
  recordOnly: 0,
  sampled: 0,
  unended: 0,
  tailRejected: 0,
  tailEvicted: 0,
  queueFull: 0,
  afterShutdown: 0,
  exported: 0,
  exportFailed: {},
  unresolved: { count: 0 },
  stillQueued: 0,
  suppressed: 0,
};
const noArrivals = { failed: {}, unresolved: 0 };

/** Counts of a target that lost nothing from sight, from the fates of its spans. */
const honestCounts = fc
  .record({
    unsampled: fc.nat(1000),
    recordOnly: fc.nat(100),
    unended: fc.nat(10),
    tailRejected: fc.nat(100),
    tailEvicted: fc.nat(100),
    queueFull: fc.nat(1000),
    afterShutdown: fc.nat(10),
    exported: fc.nat(5000),
    timedOut: fc.nat(600),
    unresolved: fc.nat(600),
    stillQueued: fc.nat(100),
  })
  .map(({ timedOut, unresolved, ...fates }): TargetCounts => {
    const sampled =
      fates.unended +
      fates.tailRejected +
      fates.tailEvicted +
      fates.queueFull +
      fates.afterShutdown +
      fates.exported +
      timedOut +
      unresolved +
      fates.stillQueued;
    return {
      ...nothing,
      ...fates,
      sampled,
      started: fates.unsampled + fates.recordOnly + sampled,
      exportFailed: { timeout: { count: timedOut } },
      unresolved: { count: unresolved },
    };
  });

test("the three equations hold whatever the spans' fates: residual 0", () => {
  fc.assert(
    fc.property(
      fc.array(honestCounts, { minLength: 1, maxLength: 5 }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      (targets, share) => {
        const sum = (pick: (counts: TargetCounts) => number): number =>
          targets.reduce((total, counts) => total + pick(counts), 0);
        const timeout = Math.floor(share * sum((counts) => counts.exportFailed["timeout"]!.count));
        const unresolved = Math.floor(share * sum((counts) => counts.unresolved.count));
        const exported = sum((counts) => counts.exported) + timeout + unresolved;
        const rejected = Math.floor(share * exported);
        const ledger = closeLedger(
          targets,
          { received: exported - rejected, duplicates: 0, rejected },
          { failed: { timeout }, unresolved },
          true,
        );
        assert.equal(ledger.residual, 0);
        assert.equal(ledger.lostOnTheWay, 0);
        assert.equal(ledger.exportedLate, timeout + unresolved);
      },
    ),
  );
});

test("a batch that timed out and arrived all the same counts as exported, once", () => {
  const target = { ...nothing, started: 10, sampled: 10, exportFailed: { timeout: { count: 10 } } };
  const ledger = closeLedger(
    [target],
    { received: 4, duplicates: 0, rejected: 0 },
    { failed: { timeout: 4 }, unresolved: 0 },
    true,
  );
  assert.deepEqual(
    [ledger.exported, ledger.exportedLate, ledger.exportFailed, ledger.residual],
    [4, 4, { timeout: 6 }, 0],
  );
});

test("exported spans that never arrived are lost on the way", () => {
  const ledger = closeLedger(
    [{ ...nothing, started: 5, sampled: 5, exported: 5 }],
    { received: 3, duplicates: 0, rejected: 0 },
    noArrivals,
    true,
  );
  assert.deepEqual([ledger.lostOnTheWay, ledger.residual], [2, 0]);
});

test("an exporter that sends to no backend keeps its spans, and nothing is missed", () => {
  const ledger = closeLedger(
    [{ ...nothing, started: 5, sampled: 5, exported: 5 }],
    { received: 0, duplicates: 0, rejected: 0 },
    noArrivals,
    false,
  );
  assert.deepEqual([ledger.keptLocally, ledger.lostOnTheWay, ledger.residual], [5, 0, 0]);
});

test("a span that is booked nowhere, or received without having been exported, shows in the residual", () => {
  const none = { received: 0, duplicates: 0, rejected: 0 };
  assert.equal(closeLedger([{ ...nothing, started: 3, sampled: 2 }], none, noArrivals, true).residual, 3);
  assert.equal(closeLedger([nothing], { ...none, received: 7 }, noArrivals, true).residual, 7);
});

test("a processor that exports spans twice, or after its shutdown, leaves a residual, and no negative number", () => {
  const counts = { ...nothing, started: 10, sampled: 10, exported: 14, stillQueued: -4 };
  const ledger = closeLedger([counts], { received: 10, duplicates: 4, rejected: 0 }, noArrivals, true);
  assert.equal(ledger.stillQueued, 0);
  assert.equal(ledger.residual, 4);
});
