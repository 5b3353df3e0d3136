import assert from "node:assert/strict";
import { test } from "node:test";
import { evidenceOf, usualSpans, type FixtureRequest } from "../../fidelity/evidence.fixture.ts";
import { trialFidelity } from "../../fidelity/trial-fidelity.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Estimate } from "../estimate.ts";
import { ledgerOf } from "../../record/records.fixture.ts";
import { instrumentationSpec } from "../../spec/scenario.ts";
import { syntheticVariant } from "../synthetic.fixture.ts";
import { fidelityEstimates } from "./estimates.ts";

const estimatesFrom = (records: readonly TrialRecord[]): Estimate[] =>
  fidelityEstimates(
    records,
    (_what, make) => make(),
    [...new Set(records.map(({ trial }) => trial.variant))].map(syntheticVariant),
  );

const REQUESTS = Array.from({ length: 400 }, (_, index): FixtureRequest => {
  return {
    route: "/",
    class: index % 100 === 0 ? "declined" : "ordinary",
    status: index % 100 === 0 ? 503 : 200,
    latencyUs: 1000 + index,
  };
});

/** One in `nth` kept, beginning at `first`. */
function keeping(nth: number, first = 0): Fidelity {
  const spans = usualSpans(REQUESTS).filter(({ request }) => request % nth === first);
  return trialFidelity(evidenceOf(REQUESTS, spans), { inclusion: 1 / nth });
}

function recordOf(variant: string, round: number, fidelity: Fidelity, changes: Partial<TrialRecord> = {}): TrialRecord {
  return {
    trial: { id: `latency-${round}-${variant}`, block: 1, round, phase: "latency", variant, seed: 1 },
    startedAt: "2026-11-22T00:00:00.000Z",
    tookMs: 1,
    ending: "completed",
    valid: true,
    warnings: [],
    fidelity,
    ...changes,
  };
}

const records = [1, 2, 3, 4].flatMap((round) => [
  recordOf("always_on", round, keeping(1)),
  recordOf("ratio:0.25", round, keeping(4, round === 4 ? 1 : 0)),
]);
const find = (variant: string, metric: string, from = records): Estimate | undefined =>
  estimatesFrom(from).find((estimate) => estimate.variant === variant && estimate.metric === metric);
const codesOf = (estimate: Estimate | undefined): string[] => estimate!.warnings.map(({ code }) => code);

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

test("shapes are compared with those that always_on saw in the same round", () => {
  assert.equal(find("ratio:0.25", "shapeCoverage")!.center, (1 + 1 + 1 + 0.5) / 4);
});

test("if always_on itself lost spans, shapes are compared with what all variants saw", () => {
  const requests = REQUESTS.slice(0, 2);
  const [ofDeclined, ofOrdinary] = [0, 1].map((at) => usualSpans(requests).filter(({ request }) => request === at));
  const [payment, ...others] = ofDeclined!.toReversed();
  const measured = (...evidence: Parameters<typeof evidenceOf>): Fidelity =>
    trialFidelity(evidenceOf(...evidence), { inclusion: 1 });
  const lossy = [1, 2, 3, 4].flatMap((round) => [
    recordOf("always_on", round, measured(requests, [...others, ...ofOrdinary!], [payment!])),
    recordOf("ratio:0.5", round, measured(requests, ofDeclined!)),
  ]);
  for (const variant of ["always_on", "ratio:0.5"]) {
    const estimate = find(variant, "shapeCoverage", lossy)!;
    assert.equal(estimate.center, 1 / 2, "each saw another one of the two");
    assert.ok(estimate.low! < 1 / 2 && codesOf(estimate).includes("reference-lossy"));
  }
  assert.deepEqual(codesOf(find("ratio:0.5", "keptSpans", lossy)), ["reference-lossy"]);
  assert.deepEqual(codesOf(find("ratio:0.5", "keptTraces", lossy)), []);
  assert.ok(!codesOf(find("ratio:0.25", "shapeCoverage")).includes("reference-lossy"));
});

test("a reference that lost whole traces is lossy, though all that arrived is whole", () => {
  const lossy = [
    recordOf("always_on", 1, keeping(4, 1), { ledger: ledgerOf(2000, 1000, 10) }),
    recordOf("ratio:0.25", 1, keeping(4)),
  ];
  assert.equal(find("always_on", "shapeCoverage", lossy)!.center, 1 / 2);
  assert.equal(find("ratio:0.25", "shapeCoverage", lossy)!.center, 1);
});

/** A trial whose ledger knows of `lost` spans, `unnamed` of them without ids. */
function losing(lost: number | undefined, unnamed?: number): TrialRecord {
  const fidelity = keeping(1);
  const traces = { ...fidelity.traces, ...(unnamed !== undefined && { unnamedLosses: unnamed }) };
  const ledger = lost !== undefined && { ledger: ledgerOf(2000, 1000, lost) };
  return recordOf("always_on", 1, { ...fidelity, traces }, { ...ledger });
}

test("the figures that count whole traces, and only they, are upper bounds if lost spans have no names", () => {
  const boundsOf = (record: TrialRecord): string[] =>
    estimatesFrom([record])
      .filter((estimate) => codesOf(estimate).includes("unnamed-losses"))
      .map(({ metric }) => metric);
  const ofWhole = ["errorRecall", "tailRecall", "shapeCoverage", "wholeTraces"];
  for (const record of [losing(10, 5), losing(10), losing(undefined)]) assert.deepEqual(boundsOf(record), ofWhole);
  for (const record of [losing(0), losing(10, 0)]) assert.deepEqual(boundsOf(record), []);
});

test("spans and bytes are shares of what always_on kept and sent in the same round", () => {
  const sending = (record: TrialRecord, bytesOutPerRequest: number): TrialRecord => ({
    ...record,
    resources: { bytesOutPerRequest } as NonNullable<TrialRecord["resources"]>,
  });
  const pair = [sending(records[0]!, 3000), sending(records[1]!, 900)];
  const spans = pair.map(({ fidelity }) => fidelity!.spans.arrived);
  assert.equal(find("ratio:0.25", "keptSpans", pair)!.center, spans[1]! / spans[0]!);
  assert.equal(find("ratio:0.25", "keptBytes", pair)!.center, 0.3);
  assert.equal(find("ratio:0.25", "keptBytes", pair.slice(1)), undefined);
});

test("always_on with other parts, such as a batch delay, is what the others are compared with, if it sends directly", () => {
  const names = ["always_on batch:delay=1s", "ratio:0.25 batch:delay=1s", "always_on via batch"];
  const named = [1, 2].flatMap((round) =>
    names.map((name) => recordOf(name, round, keeping(name.startsWith("r") ? 4 : 1))),
  );
  const stored = (variants: readonly string[]): number | undefined =>
    fidelityEstimates(named, (_what, make) => make(), variants.map(syntheticVariant)).find(
      ({ variant, metric }) => variant === names[1] && metric === "keptSpans",
    )?.center;
  assert.ok(stored(names)! > 0.2 && stored(names)! < 0.3);
  assert.equal(stored([...names, "always_on simple"]), undefined);
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

test("shapes are compared with those of the same instrumentations", () => {
  const other = (fidelity: Fidelity): Fidelity => ({
    ...fidelity,
    shapes: { ...fidelity.shapes, counts: { other: 400 } },
  });
  const lists = [1, 2, 3, 4].flatMap((round) => [
    recordOf("always_on", round, keeping(1)),
    recordOf("always_on auto-pg", round, other(keeping(1))),
  ]);
  const variants = ["always_on", "always_on auto-pg"].map((id) => ({
    ...syntheticVariant(id),
    ...(id !== "always_on" && { instrumentation: instrumentationSpec.parse("auto-pg") }),
  }));
  const shapes = fidelityEstimates(lists, (_what, make) => make(), variants).filter(
    ({ metric }) => metric === "shapeCoverage",
  );
  assert.equal(shapes.filter(({ center }) => center === 1).length, 2);
});
