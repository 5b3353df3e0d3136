import assert from "node:assert/strict";
import { test } from "node:test";
import type { Estimate } from "../estimate/estimate.ts";
import { buildReport } from "./build.ts";
import { fixtureEstimates, fixtureReport } from "./report.fixture.ts";
import { fixtureResults, type FixtureOptions } from "./results.fixture.ts";

function titleWith(options: FixtureOptions, change: (estimate: Estimate) => Estimate): string {
  const results = fixtureResults(options);
  return buildReport(results, fixtureEstimates(results).map(change)).title;
}

test("one asked variant: cost with interval, latency, losses and what it kept, in a sentence", () => {
  const { title } = fixtureReport({ lostAtCapacity: 0.2, requests: 1000 });
  assert.match(
    title,
    /^ratio:0\.1 costs \+1\d\.\d+ % \[[\d.]+, [\d.]+\] CPU per request against no tracing, p99 \d\.\d+ → \d\.\d+ ms at 600 requests\/s; 0 of [\d,]+ sampled spans lost below capacity, and [\d.]+ % at capacity; it kept .*% \[.*\] of the failed requests\.$/,
  );
});

test("what twice the same service differs by ends the sentence where it is known, and is pointed at where it is not", () => {
  const { cpu, node } = fixtureResults().environment;
  const noiseFloor = {
    cpuRatioHalfWidth: 0.006,
    rounds: 6,
    target: "bare:5",
    calibratedAt: "2026-11-22T12:00:00.000Z",
    cpu,
    node,
  };
  const calibrated = fixtureReport({}, (results) => ({
    ...results,
    environment: { ...results.environment, noiseFloor },
  }));
  assert.match(calibrated.title, /; twice the same service \(bare:5\) differs by up to 0\.6 %\.$/);
  const floorIn = ({ constants }: typeof calibrated): string | undefined =>
    constants.find(({ label }) => label === "noise floor of this machine")?.value;
  assert.match(floorIn(calibrated)!, /^±0\.6 % of CPU per request \(calibrated with bare:5, 2026-11-22\)/);
  assert.match(floorIn(fixtureReport())!, /npm run calibrate/);
  assert.equal(floorIn(fixtureReport({ phases: ["latency"] })), undefined);
});

test("one round: says that there is no interval, and marks the numbers", () => {
  const { title } = fixtureReport({ rounds: 1 });
  assert.match(title, /costs ~\+\d+ % CPU per request against no tracing \(no interval: one round\)/);
  assert.match(title, /, p99 not told: one round;/);
});

test("p99 goes from one figure to the other only where the change between them is settled and of the same rounds", () => {
  const p99 = (title: string): string => /p99 [^;]+/.exec(title)![0];
  const judged = (verdict: "inconclusive" | "equivalent"): string =>
    p99(titleWith({}, (estimate) => (estimate.verdict === undefined ? estimate : { ...estimate, verdict })));
  assert.match(judged("equivalent"), /^p99 \d\.\d+ → \d\.\d+ ms at 600 requests\/s \(equivalent\)$/);
  assert.match(judged("inconclusive"), /^p99 \+\S+ % \[.+\] at 600 requests\/s \(inconclusive\)$/);
  const voiding = (variant: string, rounds: number): string =>
    p99(
      fixtureReport({}, (results) => ({
        ...results,
        records: results.records.map((record) =>
          record.trial.phase === "latency" && record.trial.variant === variant && record.trial.round <= rounds
            ? { ...record, valid: false }
            : record,
        ),
      })).title,
    );
  assert.match(voiding("always_on", 1), /^p99 \+\S+ % \[.+\] at 600 requests\/s/);
  assert.equal(voiding("ratio:0.1", 3), "p99 not told: 3 valid rounds of 6");
});

test("an inconclusive or equivalent verdict is told", () => {
  for (const verdict of ["inconclusive", "equivalent"] as const) {
    const title = titleWith({}, (estimate) => (estimate.verdict === undefined ? estimate : { ...estimate, verdict }));
    assert.match(title, new RegExp(String.raw`against no tracing \(${verdict}\)`));
  }
});

test("several variants: the range and who is at its ends", () => {
  const { title } = fixtureReport({ samplers: ["ratio:0.1", "ratio:0.01", "tail:errors"], lostAtCapacity: 0.5 });
  assert.match(
    title,
    /^3 variants: against no tracing, CPU per request from \+1\S+ % \[.+\] \(ratio:0\.01\) to \+4\S+ % \[.+\] \(tail:errors\); p99 at 600 requests\/s from /,
  );
  assert.match(title, /spans lost by 3 of them, most by /);
});

test("only capacity was measured: the sentence is about throughput", () => {
  const { title } = fixtureReport({ phases: ["capacity"] });
  assert.match(
    title,
    /^ratio:0\.1 carries [\d,]+ \[.+\] requests\/s, −1\S+ % \[.+\] against no tracing; 0 of [\d,]+ sampled spans lost/,
  );
});

test("the reference is the target where it was asked for", () => {
  assert.match(fixtureReport({ samplers: ["always_on"] }).title, /^always_on costs \+5/);
});

test("nothing came to its end: says so", () => {
  const { title, caveats } = fixtureReport({}, (results) => ({
    ...results,
    records: results.records.map((record) => ({ ...record, ending: "failed", valid: false, failure: "it fell" })),
  }));
  assert.equal(title, "Nothing was measured: none of 54 trials came to its end");
  assert.deepEqual(caveats, ["54 of 54 trials did not come to their end."]);
});

test("a residual, void trials and an interruption are caveats", () => {
  const { caveats } = fixtureReport({}, (results) => ({
    ...results,
    ending: "interrupted",
    records: results.records
      .slice(0, 9)
      .map((record, at) =>
        at === 1 ? { ...record, valid: false, ledger: { ...record.ledger!, residual: 3 } } : record,
      ),
  }));
  assert.equal(caveats.length, 3);
  assert.match(caveats[0]!, /^3 spans are unaccounted for/);
  assert.match(caveats[1]!, /^1 of 9 trials is void; its figures/);
  assert.match(caveats[2]!, /^Interrupted: 9 of 54 trials/);
});
