import assert from "node:assert/strict";
import { test } from "node:test";
import { ledgerOf, withVariants } from "../../record/records.fixture.ts";
import { instrumentationSpec } from "../../spec/scenario.ts";
import { syntheticRecord, syntheticResults } from "../synthetic.fixture.ts";
import { receivedPerRequest, spansPerRequest, startedPerRequest } from "./per-request.ts";

test("the spans of a request are those that the measured windows started, else of an open loop's ledgers, else unknown", () => {
  const records = [8, 8.2, undefined].map((spansPerRequest, at) => {
    const record = syntheticRecord({ variant: "always_on", round: at + 1 });
    const resources = { ...record.resources!, ...(spansPerRequest !== undefined && { spansPerRequest }) };
    return { ...record, resources, requests: { startedAtTarget: 100, completedAtDriver: 100, unfinishedAtDriver: 0 } };
  });
  assert.ok(Math.abs(startedPerRequest(records)! - 8.1) < 1e-9);
  const closed = { ...records[2]!.trial, phase: "capacity" as const };
  assert.equal(startedPerRequest([{ ...records[2]!, trial: closed }]), undefined);
  assert.equal(startedPerRequest([{ ...records[2]!, ledger: undefined }]), undefined);
  const started = records[2]!.ledger!.started / 100;
  assert.equal(startedPerRequest([records[2]!, { ...records[2]!, trial: closed, ledger: ledgerOf(1, 1) }]), started);
});

test("if lists of instrumentations are compared, the spans of a request are those under the target's own", () => {
  const lists = { always_on: "http,fastify", "always_on http": "http" };
  const records = Object.keys(lists).map((variant, at) => {
    const record = syntheticRecord({ variant, round: 1 });
    return { ...record, resources: { ...record.resources!, spansPerRequest: [26, 13][at]! } };
  });
  const results = syntheticResults(records);
  const listed = withVariants(results, (id) => ({
    instrumentation: instrumentationSpec.parse(lists[id as keyof typeof lists]),
  }));
  assert.equal(results.scenario.target.kind.instrumented, lists.always_on);
  assert.equal(spansPerRequest(listed), 26);
  assert.equal(spansPerRequest(results), 19.5, "of one list all variants count");
});

test("of the spans that arrive, those that a service makes as it starts are no request's", () => {
  const requests = { startedAtTarget: 100, completedAtDriver: 100, unfinishedAtDriver: 0 };
  const rounds = [1, 2].map((round) => {
    const record = syntheticRecord({ variant: "ratio:0.1", round });
    // 8 spans a request, and 900 at the start
    return {
      ...record,
      requests,
      ledger: ledgerOf(1700, 170),
      resources: { ...record.resources!, spansPerRequest: 8 },
    };
  });
  assert.deepEqual(
    receivedPerRequest(rounds).map((spans) => spans.toFixed(3)),
    ["0.800", "0.800"],
  );
});
