import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TrialRecord } from "../../record/trial-record.ts";
import { syntheticRecord } from "../synthetic.fixture.ts";
import { sampledPerRequest, startedPerRequest, volumePerRequest } from "./per-request.ts";

describe("spans for each request", () => {
  const requests = { startedAtTarget: 100, answeredByTarget: 100, completedAtDriver: 100, unfinishedAtDriver: 0 };
  const record = (sampled: number): TrialRecord => ({
    ...syntheticRecord({ variant: "always_on", round: 1, sampled }),
    requests,
  });

  it("are those started and those sampled over the requests of all trials with a ledger", () => {
    const { ledger: _, ...untraced } = record(0);
    const records = [record(400), record(800), untraced];
    assert.deepEqual([startedPerRequest(records), sampledPerRequest(records)], [12, 6]);
  });

  it("and bytes are those that arrived, pooled over all requests, as wide as the rounds differ", () => {
    const trial = (round: number, sampled: number): TrialRecord => {
      const one = record(sampled);
      const resources = { ...one.resources!, bytesOut: sampled * 100 };
      return { ...one, resources, trial: { ...one.trial, round } };
    };
    const { sentPerRequest, spansPerRequest, bytesPerRequest } = volumePerRequest([
      trial(1, 780),
      trial(2, 820),
      trial(2, 820),
    ]);
    assert.equal(spansPerRequest!.center, 2420 / 300);
    assert.ok(spansPerRequest!.low! < 7.8 && spansPerRequest!.high! > 8.2);
    assert.equal(spansPerRequest!.n, 2);
    assert.deepEqual(sentPerRequest, spansPerRequest, "nothing is lost on the way");
    assert.equal(bytesPerRequest!.center, 100 * spansPerRequest!.center);
    assert.equal(volumePerRequest([trial(1, 800)]).spansPerRequest!.low, undefined, "one round says nothing of others");
    assert.deepEqual(volumePerRequest([]), {});
  });

  it("are sent though a backend rejects or loses them", () => {
    const one = record(800);
    const losing = { ...one, ledger: { ...one.ledger!, received: 500, rejectedByBackend: 200, lostOnTheWay: 100 } };
    const { sentPerRequest, spansPerRequest } = volumePerRequest([losing]);
    assert.deepEqual([sentPerRequest!.center, spansPerRequest!.center], [8, 5]);
  });

  it("have no interval where two rounds differ by a multiple", () => {
    const [first, second] = [record(100), record(400)];
    const { spansPerRequest } = volumePerRequest([first, { ...second, trial: { ...second.trial, round: 2 } }]);
    assert.deepEqual(spansPerRequest, { center: 2.5, n: 2 });
  });

  it("are not known where no request started any: nothing can be divided by them", () => {
    assert.equal(startedPerRequest([record(0)]), undefined);
    assert.equal(startedPerRequest([]), undefined);
  });
});
