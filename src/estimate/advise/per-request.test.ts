import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticRecord } from "../synthetic.fixture.ts";
import { startedPerRequest } from "./per-request.ts";

test("the spans of a request are those that the measured windows started, and unknown without a count of them", () => {
  const records = [8, 8.2, undefined].map((spansPerRequest, at) => {
    const record = syntheticRecord({ variant: "always_on", round: at + 1 });
    const resources = { ...record.resources!, ...(spansPerRequest !== undefined && { spansPerRequest }) };
    return { ...record, resources, requests: { startedAtTarget: 100, completedAtDriver: 100, unfinishedAtDriver: 0 } };
  });
  assert.ok(Math.abs(startedPerRequest(records)! - 8.1) < 1e-9);
  assert.equal(startedPerRequest(records.slice(2)), undefined);
});
