import assert from "node:assert/strict";
import { test } from "node:test";
import { evidenceOf, usualSpans, type FixtureRequest } from "../../fidelity/evidence.fixture.ts";
import { trialFidelity } from "../../fidelity/trial-fidelity.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { estimatesFrom, keeping, recordOf, records, find, codesOf, losing } from "./fidelity-trials.fixture.ts";

test("each variant's shares are pooled over all rounds, with an interval", () => {
  const { n, unit, phase, center, low, high } = find("ratio:0.25", "errorRecall")!;
  assert.deepEqual([n, unit, phase, center], [4, "share", "latency", 3 / 4]);
  assert.ok(low! < 0.02 && high! > 0.99, "all three times and none of four failures leave every share possible");
});

test("a variant's fidelity is that of the phase most like production", () => {
  const atCapacity = records.map((record) => ({ ...record, trial: { ...record.trial, phase: "capacity" as const } }));
  const both = estimatesFrom([...records, ...atCapacity]);
  assert.deepEqual(
    [both.length, new Set(both.map(({ phase }) => phase))],
    [estimatesFrom(records).length, new Set(["latency"])],
  );
  assert.deepEqual(new Set(estimatesFrom(atCapacity).map(({ phase }) => phase)), new Set(["capacity"]));
});

test("all variants' fidelity is that of one phase: in which they have the most valid rounds, up to those of an interval", () => {
  const atCost = records.map((record) => ({ ...record, trial: { ...record.trial, phase: "cost" as const } }));
  const more = atCost.map(({ trial, ...record }) => ({ ...record, trial: { ...trial, round: trial.round + 4 } }));
  const phasesOf = (some: readonly TrialRecord[]): string[] => [
    ...new Set(estimatesFrom(some).map(({ phase, variant }) => `${phase} ${variant}`)),
  ];
  const both = (phase: string): string[] => [`${phase} always_on`, `${phase} ratio:0.25`];
  assert.deepEqual(phasesOf([...records, ...atCost, ...more]), both("latency"));
  const invalid = records.map((record, at) => (at === 1 ? { ...record, valid: false } : record));
  assert.deepEqual(phasesOf([...invalid, ...atCost]), both("cost"));
  const atCapacity = records.map((record) => ({ ...record, trial: { ...record.trial, phase: "capacity" as const } }));
  assert.deepEqual(phasesOf([...invalid, ...atCapacity]), both("latency"));
  const onlyReference = records.filter(({ trial }) => trial.variant === "always_on");
  assert.deepEqual(phasesOf(onlyReference), ["latency always_on"]);
});

test("always_on keeps everything in every round: as sure as so many requests can make it, and no surer", () => {
  const counted = { keptTraces: 1600, errorRecall: 16, tailRecall: 4 * keeping(1).tail.offered, wholeTraces: 1600 };
  for (const [metric, requests] of Object.entries(counted)) {
    const estimate = find("always_on", metric)!;
    assert.deepEqual([estimate.center, estimate.high], [1, 1], metric);
    assert.ok(Math.abs(estimate.low! - 0.025 ** (1 / requests)) < 1e-9, metric);
  }
  for (const metric of ["shapeCoverage", "edgeCoverage"]) {
    const { center, low, high } = find("always_on", metric)!;
    assert.deepEqual([center, low, high], [1, 1, 1], "by definition");
  }
  for (const metric of ["requestCountError", "p50Error", "p99Error"]) {
    assert.equal(find("always_on", metric)!.center, 0, metric);
  }
});

test("the figures that count whole traces, and only they, are upper bounds if lost spans have no names", () => {
  const boundsOf = (record: TrialRecord): string[] =>
    estimatesFrom([record])
      .filter((estimate) => codesOf(estimate).includes("unnamed-losses"))
      .map(({ metric }) => metric);
  const ofWhole = ["errorRecall", "tailRecall", "shapeCoverage", "wholeTraces"];
  for (const record of [losing(10, 5), losing(10), losing(undefined)]) assert.deepEqual(boundsOf(record), ofWhole);
  for (const record of [losing(0), losing(10, 0)]) assert.deepEqual(boundsOf(record), []);
});

test("failed, aborted and invalid trials do not count", () => {
  const broken = [
    recordOf("always_on", 1, keeping(1), { ending: "aborted" }),
    recordOf("always_on", 2, keeping(1), { valid: false }),
  ];
  assert.deepEqual(estimatesFrom(broken), []);
});

test("what one trace alone shows is one thing to see, not as many as it shows", () => {
  const requests: FixtureRequest[] = [{ route: "/", class: "declined", status: 503, latencyUs: 5000 }];
  const all = trialFidelity(evidenceOf(requests, usualSpans(requests)), { inclusion: 1 });
  const none = trialFidelity(evidenceOf(requests, []), { inclusion: 0.1 });
  assert.equal(Object.keys(all.edges.counts).length, 2);
  const rounds = [1, 2, 3, 4].flatMap((round) => [
    recordOf("always_on", round, all),
    recordOf("ratio:0.1", round, none),
  ]);
  const { center, high } = find("ratio:0.1", "edgeCoverage", rounds)!;
  assert.deepEqual([center, high!.toFixed(3)], [0, (1 - 0.025 ** (1 / 4)).toFixed(3)]);
});

test("no interval reaches what its figure cannot be: an error below −100 %, a time below 0", () => {
  const incident = (firstKeptMs: number): Fidelity => ({
    ...keeping(100),
    incident: { offered: 9, kept: 1, firstKeptMs },
  });
  const rounds = [1, 3].flatMap((round) => [
    recordOf("ratio:0.01", round, incident(5)),
    recordOf("ratio:0.01", round + 1, { ...keeping(4), ...incident(500) }),
  ]);
  assert.equal(find("ratio:0.01", "incidentFirstKeptMs", rounds)!.low, 0);
  for (const { metric, low = 0 } of estimatesFrom(rounds)) {
    assert.ok(low >= (metric.endsWith("Error") ? -1 : 0), `${metric}: ${low}`);
  }
});

test("a variant whose spans name no request has no share, and is not said to keep nothing", () => {
  const named = keeping(1);
  const unnamed = { ...keeping(4), spans: { ...named.spans, namedShare: 0 } };
  const mixed = records.map((record) =>
    record.trial.variant === "ratio:0.25" ? { ...record, fidelity: unnamed } : record,
  );
  assert.equal(find("ratio:0.25", "keptTraces", mixed), undefined);
  assert.equal(find("always_on", "keptTraces", mixed)!.center, 1);
});
