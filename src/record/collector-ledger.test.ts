import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { closeCollector, lostInCollector, type CollectorEnd } from "./collector-ledger.ts";

const quiet: CollectorEnd = {
  accepted: 1000,
  refused: 0,
  refusedByProcessor: 0,
  sendFailed: 0,
  enqueueFailed: 0,
  droppedAtExit: 0,
  isCutOff: false,
  samples: false,
  isOnDisk: false,
};
const sides = { exported: 1000, doubtful: 0, received: 1000, rejected: 0 };

test("every span that it accepted has one fate, whatever the fates are", () => {
  const fates = fc.record({
    received: fc.nat(5000),
    rejected: fc.nat(100),
    sendFailed: fc.nat(500),
    enqueueFailed: fc.nat(500),
    droppedAtExit: fc.nat(500),
    sampledOut: fc.nat(5000),
    lostBefore: fc.nat(100),
    resent: fc.nat(100),
    refusedByProcessor: fc.nat(500),
  });
  fc.assert(
    fc.property(fates, ({ sampledOut, lostBefore, resent, received, rejected, ...fate }) => {
      const { sendFailed, enqueueFailed, droppedAtExit } = fate;
      const unique = received + rejected + sendFailed + enqueueFailed + droppedAtExit + sampledOut;
      const end = { ...quiet, ...fate, accepted: unique + resent, refused: fate.refusedByProcessor, samples: true };
      const exported = unique + lostBefore;
      // what was accepted twice looks like what was lost before: one of the two
      const both = Math.min(lostBefore, resent);
      const { collector, lostOnTheWay } = closeCollector(end, { exported, doubtful: resent, received, rejected });
      assert.equal(lostOnTheWay, lostBefore - both);
      assert.equal(collector.resent, resent - both);
      assert.equal(collector.sampledOut, sampledOut + both);
      assert.equal(lostInCollector(collector), sendFailed + enqueueFailed + droppedAtExit);
    }),
  );
});

test("a full queue that refuses has lost nothing; one behind a batch has", () => {
  const refused = { ...quiet, refused: 300, enqueueFailed: 300 };
  assert.equal(closeCollector(refused, sides).collector.enqueueFailed, 0);
  const lost = closeCollector({ ...quiet, enqueueFailed: 300 }, { ...sides, received: 700 });
  assert.equal(lost.collector.enqueueFailed, 300);
});

test("what it gave up and the sink received all the same is not lost", () => {
  const { collector } = closeCollector({ ...quiet, sendFailed: 100, droppedAtExit: 50 }, { ...sides, received: 880 });
  assert.deepEqual([collector.sendFailed, collector.droppedAtExit], [70, 50]);
});

test("what is missing is named only if something explains it", () => {
  const missing = { ...sides, received: 400 };
  assert.equal(lostInCollector(closeCollector(quiet, missing).collector), 0);
  assert.equal(closeCollector({ ...quiet, samples: true }, missing).collector.sampledOut, 600);
  assert.equal(closeCollector({ ...quiet, isOnDisk: true }, missing).collector.leftOnDisk, 600);
  assert.equal(closeCollector({ ...quiet, isCutOff: true, samples: true }, missing).collector.droppedAtExit, 600);
  const { accepted: _, ...dead } = quiet;
  assert.equal(closeCollector(dead, missing).collector.diedWith, 600);
});
