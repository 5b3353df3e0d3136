import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fidelity } from "../../record/fidelity.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { ledgerOf } from "../synthetic.fixture.ts";
import { coverageOf, chanceOfOne, rareOf } from "./coverage.ts";
import { evidenceOf, usualSpans, type FixtureRequest } from "../../fidelity/evidence.fixture.ts";
import { fidelityEstimates } from "./fidelity-estimates.ts";
import { countError, thinningTo } from "./equal-budget.ts";
import { judge } from "../../fidelity/judge.ts";

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
  return judge(evidenceOf(REQUESTS, spans), { inclusion: 1 / nth });
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
const find = (variant: string, metric: string, from = records) =>
  fidelityEstimates(from).find((estimate) => estimate.variant === variant && estimate.metric === metric);

test("tells each variant's shares over all rounds, with an interval", () => {
  const recall = find("ratio:0.25", "errorRecall")!;
  assert.deepEqual([recall.n, recall.unit, recall.phase], [4, "share", "latency"]);
  assert.ok(Math.abs(recall.center - 3 / 4) < 1e-12);
  assert.ok(
    recall.low! < 0.02 && recall.high! > 0.99,
    "all three times and none of four failures leave every share possible",
  );
});

test("always_on keeps everything in every round: as sure as so many requests can make it, and no surer", () => {
  const counted = { keptTraces: 1600, errorRecall: 16, tailRecall: 4 * keeping(1).tail.offered, wholeTraces: 1600 };
  for (const [metric, requests] of Object.entries(counted)) {
    const estimate = find("always_on", metric)!;
    assert.deepEqual([estimate.center, estimate.high], [1, 1], metric);
    assert.ok(Math.abs(estimate.low! - 0.025 ** (1 / requests)) < 1e-9, metric);
  }
  for (const metric of ["shapeCoverage", "edgeCoverage"]) {
    const estimate = find("always_on", metric)!;
    assert.deepEqual([estimate.center, estimate.low, estimate.high], [1, 1, 1], "by definition");
  }
  for (const metric of ["requestCountError", "p50Error", "p99Error", "ksDistance"]) {
    assert.equal(find("always_on", metric)!.center, 0, metric);
  }
});

test("covers the shapes that always_on saw in the same round", () => {
  assert.equal(find("ratio:0.25", "shapeCoverage")!.center, (1 + 1 + 1 + 0.5) / 4);
});

test("where always_on itself lost spans, shapes are held against what all variants saw, and always_on is no measure of itself", () => {
  const requests = REQUESTS.slice(0, 2);
  const [ofDeclined, ofOrdinary] = [0, 1].map((at) => usualSpans(requests).filter(({ request }) => request === at));
  const [payment, ...others] = ofDeclined!.toReversed();
  const judged = (...evidence: Parameters<typeof evidenceOf>): Fidelity =>
    judge(evidenceOf(...evidence), { inclusion: 1 });
  const capacityOnly = [1, 2, 3, 4].flatMap((round) => [
    recordOf("always_on", round, judged(requests, [...others, ...ofOrdinary!], [payment!])),
    recordOf("ratio:0.5", round, judged(requests, ofDeclined!)),
  ]);
  for (const variant of ["always_on", "ratio:0.5"]) {
    const { center, low, warnings } = find(variant, "shapeCoverage", capacityOnly)!;
    assert.equal(center, 1 / 2, "each saw another one of the two");
    assert.ok(low! < 1 / 2);
    assert.match(
      warnings.find(({ code }) => code === "reference-lossy")!.message,
      /^always_on itself lost spans in 4 of 4/,
    );
  }
  const codes = (metric: string) => find("ratio:0.5", metric, capacityOnly)!.warnings.map(({ code }) => code);
  assert.deepEqual(codes("keptSpans"), ["reference-lossy"], "a share of what it stored is too high");
  assert.deepEqual(codes("keptTraces"), []);
  assert.ok(find("ratio:0.25", "shapeCoverage")!.warnings.every(({ code }) => code !== "reference-lossy"));
});

test("a reference that lost whole traces is no measure either, though all that arrived is whole", () => {
  const lossy = [
    recordOf("always_on", 1, keeping(4, 1), { ledger: ledgerOf(1000, 10) }),
    recordOf("ratio:0.25", 1, keeping(4)),
  ];
  assert.equal(find("always_on", "shapeCoverage", lossy)!.center, 1 / 2);
  assert.equal(find("ratio:0.25", "shapeCoverage", lossy)!.center, 1);
});

/** A trial whose processes lost ten spans, five of which have names. */
function losing(changes: Partial<TrialRecord>, unnamedLosses?: number): TrialRecord {
  const fidelity = keeping(1);
  return recordOf(
    "always_on",
    1,
    { ...fidelity, traces: { ...fidelity.traces, ...(unnamedLosses !== undefined && { unnamedLosses }) } },
    changes,
  );
}
const TEN_LOST = { ledger: ledgerOf(1000, 10) };

test("shares of whole traces are upper bounds where lost spans have no names, as all of them in older files, and exact elsewhere", () => {
  const boundOf = (record: TrialRecord): string | undefined =>
    find("always_on", "wholeTraces", [record])!.warnings.find(({ code }) => code === "unnamed-losses")?.message;
  assert.match(boundOf(losing(TEN_LOST, 5))!, /^of 5 lost spans/);
  assert.match(boundOf(losing(TEN_LOST))!, /^of 10 lost spans/);
  assert.match(boundOf(losing({}))!, /^no books/);
  assert.equal(boundOf(losing({ ledger: ledgerOf(1000, 0) })), undefined);
  assert.equal(boundOf(losing(TEN_LOST, 0)), undefined);
});

test("upper bounds are all figures that count whole traces, and only they", () => {
  const estimates = fidelityEstimates([losing(TEN_LOST, 5)]);
  const bounds = estimates.filter(({ warnings }) => warnings.some(({ code }) => code === "unnamed-losses"));
  const own = bounds.map(({ metric }) => metric).filter((metric) => !metric.endsWith("AtEqualBudget"));
  assert.deepEqual(own.toSorted(), [
    "classRecall:declined",
    "classRecall:ordinary",
    "errorRecall",
    "oneOfTenErrors",
    "rareShapeCoverage",
    "shapeCoverage",
    "tailRecall",
    "tailRecall:/",
    "wholeTraces",
  ]);
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

test("failed, aborted and void trials say nothing", () => {
  const broken = [
    recordOf("always_on", 1, keeping(1), { ending: "aborted" }),
    recordOf("always_on", 2, keeping(1), { valid: false }),
  ];
  assert.deepEqual(fidelityEstimates(broken), []);
});

test("a single round gives a number without an interval, and so do a few that leave a factor of two", () => {
  const recall = find("ratio:0.25", "errorRecall", records.slice(0, 2))!;
  assert.deepEqual([recall.n, recall.low], [1, undefined]);
  const apart = find("ratio:0.25", "errorRecall", records.slice(4))!;
  assert.deepEqual([apart.n, apart.center, apart.low], [2, 0.5, undefined]);
  const alike = find("ratio:0.25", "errorRecall", records.slice(0, 4))!;
  assert.ok(alike.low! > 0.5 && alike.high === 1);
});

test("at equal budget, the one that keeps all is thinned to the spans of the thriftiest", () => {
  const pair = records.slice(0, 2);
  const spans = (fidelity: Fidelity): number => fidelity.spans.arrived;
  const expected = spans(pair[1]!.fidelity!) / spans(pair[0]!.fidelity!);
  assert.ok(Math.abs(find("always_on", "errorRecallAtEqualBudget", pair)!.center - expected) < 1e-12);
  assert.equal(find("ratio:0.25", "errorRecallAtEqualBudget", pair)!.center, 1);
});

test("thinning all to a tenth is as uncertain as keeping a tenth", () => {
  const [all, tenth] = [keeping(1), keeping(10)];
  const thinning = thinningTo(tenth.spans.arrived / tenth.requests, all);
  assert.ok(Math.abs(countError(all, 0.1)! - countError(tenth)!) < 1e-3);
  assert.ok(Math.abs(thinning - 0.1) < 0.02);
});

test("coverage counts each thing once, however frequent; thinned, by its chance to stay", () => {
  const universe = { common: 90, usual: 8, rare: 2 };
  assert.deepEqual(coverageOf({ common: 9 }, universe), { kept: 1, offered: 3 });
  assert.deepEqual(coverageOf({ rare: 1 }, rareOf(universe)), { kept: 1, offered: 1 });
  assert.deepEqual(coverageOf({ common: 1, rare: 2 }, universe, 0.5), { kept: 0.5 + 0.75, offered: 3 });
  assert.equal(coverageOf({}, {}), undefined);
});

test("the chance of at least one of ten follows from the pooled recall and its bounds", () => {
  const [recall, chance] = [find("ratio:0.25", "errorRecall")!, find("ratio:0.25", "oneOfTenErrors")!];
  for (const bound of ["center", "low", "high"] as const) assert.equal(chance[bound], chanceOfOne(recall[bound]!, 10));
});

test("what one trace alone shows is one thing to see, not as many as it shows", () => {
  const requests: FixtureRequest[] = [{ route: "/", class: "declined", status: 503, latencyUs: 5000 }];
  const all = judge(evidenceOf(requests, usualSpans(requests)), { inclusion: 1 });
  const none = judge(evidenceOf(requests, []), { inclusion: 0.1 });
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
  for (const { metric, low = 0 } of fidelityEstimates(rounds)) {
    assert.ok(low >= (/Error$|Error:/.test(metric) ? -1 : 0), `${metric}: ${low}`);
  }
});

test("ten failures at a recall of one tenth are all missed in 35 of 100 cases", () => {
  assert.equal(chanceOfOne(0.1, 10).toFixed(3), "0.651");
});
