import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { syntheticRecord } from "../synthetic.fixture.ts";
import { adviseBatch } from "./batch.ts";
import type { Candidate } from "./candidate.ts";

describe("batch settings", () => {
  const settings = { queue: 2048, batch: 512, delayMs: 5000 };
  /** Eight spans a request, 600 requests/s, one export takes 200 ms. */
  const measured = (queueFull: number): Candidate => {
    const record = syntheticRecord({
      phase: "latency",
      variant: "always_on",
      round: 1,
      sampled: 8000,
      lost: queueFull,
    });
    const requests = { startedAtTarget: 1000, answeredByTarget: 1000, completedAtDriver: 1000, unfinishedAtDriver: 0 };
    const resources = { ...record.resources!, flushMs: 200 };
    const own = { ...record, requests, resources, sink: { batches: 16, malformed: {}, conditioned: {} } };
    return {
      variant: {},
      figures: {},
      measuredPerSecond: { cpu: 600, p99: 600 },
      records: [own],
    } as unknown as Candidate;
  };

  it("carry batch / export latency, measured or given", () => {
    assert.equal(adviseBatch(measured(0), settings, {}, undefined)?.ceilingPerSecond, 2560);
    assert.equal(adviseBatch(measured(0), settings, { exportLatencyMs: 50 }, undefined)?.ceilingPerSecond, 10_240);
    assert.equal(adviseBatch(measured(0), settings, {}, undefined)?.loadPerSecond, 4800);
  });

  it("are held against the drops that were measured", () => {
    const checks = (queueFull: number) => adviseBatch(measured(queueFull), settings, {}, undefined)!.checks;
    assert.deepEqual(
      checks(500).map(({ agrees }) => agrees),
      [true],
    );
    assert.deepEqual(
      checks(0).map(({ agrees }) => agrees),
      [false],
    );
  });

  it("carry no more than what left a queue that ran over at capacity", () => {
    const quick = { ...settings, batch: 5120 };
    const saturated = measured(2000).records.map((record) => ({
      ...record,
      trial: { ...record.trial, phase: "capacity" as const },
    }));
    const advice = adviseBatch({ ...measured(0), records: saturated }, quick, {}, undefined)!;
    assert.equal(advice.ceilingPerSecond, 4800 * 0.75);
    assert.equal(advice.ceilingFrom, "capacity");
    assert.deepEqual(
      advice.checks.map(({ ceilingPerSecond, agrees }) => [ceilingPerSecond > 4800, agrees]),
      [[true, false]],
      "drops are told as unexpected where the batches alone could have carried the load",
    );
  });

  it("have a queue for an outage and for a burst", () => {
    const traffic = { perInstance: 100, instances: 4 };
    const burst = { requestsPerSecond: 4000, lastsMs: 10_000 };
    const advice = adviseBatch(measured(0), settings, { outageMs: 30_000, burst }, traffic)!;
    assert.equal(advice.neededForOutage, 100 * 8 * (30 + 5) + 512);
    assert.equal(advice.neededForBurst, (1000 * 8 - 2560) * 10 + 512);
    assert.deepEqual(advice.advised, { ...settings, queue: 65_536 });
  });

  it("wait after an outage until the exporter tries again", () => {
    const traffic = { perInstance: 100, instances: 1 };
    const needed = (outageMs: number) => adviseBatch(measured(0), settings, { outageMs }, traffic)!.neededForOutage;
    assert.equal(needed(1000), 100 * 8 * 1.2 + 512);
    assert.equal(needed(3500), 100 * 8 * 5.7 + 512);
  });

  it("stay as measured where their queue does", () => {
    assert.deepEqual(adviseBatch(measured(0), settings, {}, undefined)?.advised, settings);
  });

  it("are not advised on where no export was measured", () => {
    const nothing = { ...measured(0), records: [] };
    assert.equal(adviseBatch(nothing, settings, {}, undefined), undefined);
  });
});
