import assert from "node:assert/strict";
import { test } from "node:test";
import { adviseOn } from "./advise.ts";
import { advise, estimatesOf, resultsOf } from "./sweep.fixture.ts";

test("a limit of CPU is judged at the load of the phase cost that is nearest to the user's", () => {
  const sweep = { always_on: { cpu: 1.5, failed: 1, furtherCpuUs: 60 } };
  const stateAt = (requestsPerSecond: number): string => {
    const traffic = { requestsPerSecond, instances: 1 };
    return advise({ limits: { maxCpuShare: 0.3 }, traffic }, sweep).assessed[0]!.standings[0]!.state;
  };
  assert.deepEqual([600, 1000, 2200, 3000].map(stateAt), ["missed", "not settled", "met", "met"]);
});

const AT_FURTHER = { requestsPerSecond: 2400, instances: 1 };

test("all variants are judged in one phase cost, and one that was not measured there has no cost", () => {
  const sweep = { "ratio:0.1": { cpu: 1.2, failed: 1 }, always_on: { cpu: 1.5, failed: 1, furtherCpuUs: 60 } };
  const { assessed, chosen } = advise({ traffic: AT_FURTHER }, sweep);
  assert.deepEqual(
    assessed.map(({ candidate }) => candidate.lack),
    ["cost", undefined],
  );
  assert.equal(chosen?.candidate.variant.id, "always_on");
});

test("a load at which no cost is known is not the nearest", () => {
  const results = resultsOf(["always_on"], true);
  const wishes = { limits: {}, queue: {}, traffic: AT_FURTHER };
  const { candidate } = adviseOn(results, estimatesOf({ always_on: { cpu: 1.5, failed: 1 } }), wishes).assessed[0]!;
  assert.deepEqual([candidate.costPhase, candidate.lack], ["cost", undefined]);
});

test("what a variant costs beyond the choice is that at the same load", () => {
  const sweep = {
    "ratio:0.1": { cpu: 1.6, failed: 0.5, furtherCpuUs: 30 },
    always_on: { cpu: 1.5, failed: 1, furtherCpuUs: 60 },
  };
  const beyondAt = (requestsPerSecond: number): number =>
    advise({ traffic: { requestsPerSecond, instances: 1 } }, sweep).assessed[0]!.beyondChoice!.center;
  assert.deepEqual([600, 2400].map(beyondAt).map(Math.round), [24, -30]);
});

test("a Collector is known at the load that it was measured at, whatever load the CPU is taken from", () => {
  const collector = { cpuUs: 50, rssBytes: 60e6 };
  const sweep = { "always_on via batch": { cpu: 1.5, failed: 1, furtherCpuUs: 60, collector } };
  const { measuredPerSecond, factor, memoryBytes } = advise({ traffic: AT_FURTHER }, sweep).collector!;
  assert.deepEqual([measuredPerSecond, factor, memoryBytes.state], [600, 4, "not settled"]);
});

test("what was kept in the first phase cost is not known at the load of another", () => {
  const id = "ratio_floor:0.1,min=5/s";
  const sweep = { [id]: { cpu: 1.1, failed: 0.1, furtherCpuUs: 20 } };
  const results = resultsOf([id], true);
  const records = results.records.filter(({ trial }) => trial.phase !== "latency");
  const estimates = estimatesOf(sweep).map((one) =>
    one.phase === "latency" && one.against === undefined ? { ...one, phase: "cost" as const } : one,
  );
  const isKnownAt = (requestsPerSecond: number): boolean => {
    const wishes = { limits: {}, queue: {}, traffic: { requestsPerSecond, instances: 1 } };
    return adviseOn({ ...results, records }, estimates, wishes).assessed[0]!.projection!.isVolumeKnown;
  };
  assert.deepEqual([600, 2400].map(isKnownAt), [true, false]);
});

test("what was kept holds at the load of the phase that it was measured in, also if the phase latency has trials", () => {
  const id = "ratio_floor:0.1,min=5/s";
  const results = resultsOf([id]);
  const scenario = { ...results.scenario, costRatePerSecond: 1200 };
  const estimates = estimatesOf({ [id]: { cpu: 1.1, failed: 0.1 } }).map((one) =>
    one.phase === "latency" && one.against === undefined ? { ...one, phase: "cost" as const } : one,
  );
  const standingAt = (requestsPerSecond: number) => {
    const wishes = { limits: { minErrors: 0.05 }, queue: {}, traffic: { requestsPerSecond, instances: 1 } };
    return adviseOn({ ...results, scenario }, estimates, wishes).assessed[0]!.standings[0]!;
  };
  assert.equal(standingAt(1200).state, "met");
  const [doubt] = standingAt(600).because;
  assert.equal(doubt?.kind === "traffic" && doubt.measuredPerSecond, 1200);
});

test("what a Collector keeps so much a second of, or may, is known near the measured load only", () => {
  const sweep = { "always_on via rate-limit:58": { cpu: 1.5, failed: 0.1 } };
  const isKnown = (requestsPerSecond: number, isLimited: boolean): boolean => {
    const traffic = { requestsPerSecond, instances: 1 };
    return advise({ traffic }, sweep, { isLimited: () => isLimited }).assessed[0]!.projection!.isVolumeKnown;
  };
  assert.deepEqual([isKnown(600, true), isKnown(6000, true), isKnown(6000, false)], [true, false, true]);
});

test("the rates are those that the report gives: planned in an open loop, also if a little less was sent", () => {
  const results = resultsOf(["always_on"]);
  const records = results.records.map((record) => ({ ...record, load: { ...record.load!, requestsPerSecond: 587 } }));
  const estimates = estimatesOf({ always_on: { cpu: 1.5, failed: 1 } });
  const { candidate } = adviseOn({ ...results, records }, estimates, { limits: {}, queue: {} }).assessed[0]!;
  assert.deepEqual(
    [...candidate.rates],
    [
      ["cost", 600],
      ["latency", 600],
    ],
  );
});
