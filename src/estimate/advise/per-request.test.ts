import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TrialRecord } from "../../record/index.ts";
import { syntheticRecord } from "../synthetic.fixture.ts";
import { sampledPerRequest, startedPerRequest } from "./per-request.ts";

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

  it("are not known where no request started any: nothing can be divided by them", () => {
    assert.equal(startedPerRequest([record(0)]), undefined);
    assert.equal(startedPerRequest([]), undefined);
  });
});
