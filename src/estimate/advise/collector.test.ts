import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CollectorQueue } from "./collector.ts";
import { bytesPerSpan } from "./per-request.ts";
import type { QueueWish } from "./queue.ts";
import { advise, resultsOf } from "./sweep.fixture.ts";

/** 600 requests/s of eight spans; a request to the backend has 500. */
const SWEEP = {
  "always_on via batch": { cpu: 1.5, failed: 1, collector: { cpuUs: 50, rssBytes: 60e6 } },
};
/** The defaults of a Collector. */
const QUEUE: CollectorQueue = {
  persists: false,
  size: 1000,
  sizer: "requests",
  maxIntervalMs: 30_000,
  maxElapsedMs: 300_000,
};
const at = (requestsPerSecond: number, queue: QueueWish = {}, own = QUEUE) =>
  advise({ traffic: { requestsPerSecond, instances: 10 }, queue }, SWEEP, { queueOf: () => own });

describe("the Collector beside the choice", () => {
  it("takes its CPU of a request times the requests, and the memory that was measured", () => {
    const { cores, memoryBytes } = at(900).collector!;
    assert.ok(cores.state === "settled" && Math.abs(cores.figure.center - 0.045) < 1e-9);
    assert.ok(cores.figure.low! < 0.045 && cores.figure.high! > 0.045);
    assert.ok(memoryBytes.state === "settled" && memoryBytes.figure.center === 60e6);
  });

  it("is not settled far from the measured load: memory sooner than cores", () => {
    const states = (requestsPerSecond: number): string[] => {
      const { cores, memoryBytes } = at(requestsPerSecond).collector!;
      return [cores.state, memoryBytes.state];
    };
    assert.deepEqual(states(5000), ["settled", "not settled"]);
    assert.deepEqual(states(7000), ["not settled", "not settled"]);
    assert.deepEqual(states(50), ["not settled", "settled"]);
  });

  it("is unknown if the run had none, or did not measure it", () => {
    assert.equal(advise({}, { always_on: { cpu: 1.5, failed: 1 } }).collector, undefined);
    const { cores, memoryBytes } = advise({}, { "always_on via batch": { cpu: 1.5, failed: 1 } }).collector!;
    assert.deepEqual([cores.state, memoryBytes.state], ["unknown", "unknown"]);
  });

  it("needs a queue on disk if the one in memory is too small, or its retries end too soon", () => {
    const verdict = (outageMs: number, changes: Partial<CollectorQueue> = {}): string =>
      at(600, { outageMs }, { ...QUEUE, ...changes }).collector!.outage!.verdict;
    // 4,824 spans a second at most, while the backend is away and up to 45 s more
    assert.equal(verdict(55_000), "enough");
    assert.equal(verdict(60_000), "too small");
    assert.equal(verdict(60_000, { size: 2000 }), "enough");
    assert.equal(verdict(60_000, { size: 2000, sizer: "items" }), "too small");
    assert.equal(verdict(254_000, { size: 1e6 }), "enough");
    assert.equal(verdict(256_000, { size: 1e6 }), "given up");
    assert.equal(verdict(256_000, { size: 1e6, maxElapsedMs: Infinity }), "enough");
    assert.equal(verdict(60_000, { sizer: "bytes" }), "unknown");
    const unread = advise({ queue: { outageMs: 1000 } }, SWEEP).collector!.outage!;
    assert.deepEqual([unread.verdict, unread.spans, unread.holds], ["unknown", undefined, undefined]);
  });

  it("bears the outage in place of the services' queue", () => {
    const { queue, collector } = at(600, { outageMs: 5000 });
    assert.deepEqual([queue!.outage, queue!.advised.queue, collector!.outage!.outageMs], [undefined, 2048, 5000]);
  });

  it("sends the bytes that reach the backend", () => {
    const { records } = resultsOf(["always_on via batch"]);
    const through = records.map((record) => ({
      ...record,
      resources: { ...record.resources!, bytesOut: 8000 * 200 },
      collector: { bytesOut: 8000 * 50 },
    }));
    assert.equal(bytesPerSpan(through), 50);
  });
});
