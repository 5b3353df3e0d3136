import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Estimate } from "../estimate.ts";
import { adviseOn, type Advice } from "./advise.ts";
import { advise, assessedOf, estimatesOf, idOf, type Measured, resultsOf, SWEEP } from "./sweep.fixture.ts";

const stateOf = (advice: Advice, id: string): string => assessedOf(advice, id).standings[0]!.state;

describe("a limit", () => {
  it("is not met if another load that was measured within reach is beyond it", () => {
    const of = (latencyCpuUs: number): string =>
      stateOf(advise({ limits: { maxCpuUs: 150 } }, { always_on: { cpu: 1.5, failed: 1, latencyCpuUs } }), "always_on");
    assert.deepEqual([of(154), of(149)], ["not settled", "met"]);
    const limits = { maxCores: 0.15 };
    const traffic = { requestsPerSecond: 1000, instances: 1 };
    const sweep = { always_on: { cpu: 1.5, failed: 1, latencyCpuUs: 154 } };
    assert.equal(stateOf(advise({ limits, traffic }, sweep), "always_on"), "not settled");
  });

  it("is not put in doubt by a wide figure of another load, nor by a load beyond the one that is judged", () => {
    const limits = { maxCpuUs: 150 };
    const stateWith = (measured: Partial<Measured>, requestsPerSecond?: number, change = (one: Estimate) => one) => {
      const sweep = { always_on: { cpu: 1.5, failed: 1, ...measured } };
      const traffic = requestsPerSecond === undefined ? undefined : { requestsPerSecond, instances: 1 };
      const wishes = { limits, queue: {}, ...(traffic && { traffic }) };
      const results = resultsOf(Object.keys(sweep), measured.furtherCpuUs !== undefined);
      return stateOf(adviseOn(results, estimatesOf(sweep).map(change), wishes), "always_on");
    };
    const widened = (one: Estimate) => (one.phase === "latency" ? { ...one, low: 100, high: 220 } : one);
    assert.equal(stateWith({ latencyCpuUs: 160 }), "not settled");
    assert.equal(stateWith({ latencyCpuUs: 160 }, undefined, widened), "met");
    const further = { furtherCpuUs: 160 };
    assert.deepEqual(
      [undefined, 500, 600, 1000].map((rate) => stateWith(further, rate)),
      ["not settled", "met", "met", "not settled"],
    );
  });

  it("has all reasons for which it is not settled", () => {
    const traffic = { requestsPerSecond: 6000, instances: 1 };
    const wide = { always_on: { cpu: 1.5, failed: 1, p99Ms: 1, halfWidth: 0.5 } };
    const [standing] = assessedOf(advise({ limits: { maxP99Ms: 1 }, traffic }, wide), "always_on").standings;
    assert.deepEqual(
      standing!.because.map(({ kind }) => kind),
      ["traffic", "interval"],
    );
  });

  it("is met or missed if the whole interval is, and else not settled", () => {
    const stateAt = (maxCpuUs: number): string => stateOf(advise({ limits: { maxCpuUs } }), "always_on");
    assert.deepEqual([136, 134.5, 133].map(stateAt), ["met", "not settled", "missed"]);
    assert.equal(idOf(advise({ limits: { maxCpuUs: 134.5 } }, { always_on: SWEEP["always_on"]! })), undefined);
  });

  it("in per cent of CPU holds at the measured load only; µs and cores hold further", () => {
    const traffic = { requestsPerSecond: 2400, instances: 1 };
    assert.equal(stateOf(advise({ limits: { maxCpuShare: 0.9 }, traffic }), "always_on"), "not settled");
    assert.equal(stateOf(advise({ limits: { maxCpuUs: 200 }, traffic }), "always_on"), "met");
    assert.equal(stateOf(advise({ limits: { maxCores: 0.33 }, traffic }), "always_on"), "met");
    const near = { requestsPerSecond: 2400, instances: 4 };
    assert.equal(stateOf(advise({ limits: { maxCpuShare: 0.9 }, traffic: near }), "always_on"), "met");
  });

  it("of failed requests kept is not proved by an upper bound", () => {
    const warnings = [{ code: "unnamed-losses", message: "", fix: "" }];
    const sweep = { ...SWEEP, always_on: { ...SWEEP["always_on"]!, warnings } };
    const advice = advise({ limits: { minErrors: 0.95 } }, sweep);
    assert.equal(stateOf(advice, "always_on"), "not settled");
    assert.equal(stateOf(advice, "tail:errors"), "not settled", "a Collector keeps a share of what always_on delivers");
  });

  it("on spend is unknown if the volume at this traffic is", () => {
    const traffic = { requestsPerSecond: 6000, instances: 1, pricePerMillion: 1 };
    const sweep = { "ratio_floor:0.1,min=5/s": { cpu: 1.1, failed: 0.1 } };
    assert.equal(stateOf(advise({ limits: { maxSpend: 1 }, traffic }, sweep), "ratio_floor:0.1,min=5/s"), "unknown");
  });
});
