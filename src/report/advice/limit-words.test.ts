import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adviseOn, type Wishes } from "../../estimate/advise/advise.ts";
import { estimatesOf, resultsOf, SWEEP, type Sweep } from "../../estimate/advise/sweep.fixture.ts";
import type { Estimate } from "../../estimate/estimate.ts";
import type { Table } from "../report.ts";
import { buildAdvicePage } from "./advice-page.ts";

function pageOf(wishes: Partial<Wishes>, sweep: Sweep = SWEEP, change = (estimate: Estimate): Estimate => estimate) {
  const results = resultsOf(Object.keys(sweep));
  const advice = adviseOn(results, estimatesOf(sweep).map(change), { limits: {}, queue: {}, ...wishes });
  const page = buildAdvicePage(results, advice, { pastes: [], gaps: [] });
  const table = (name: string): Table => page.tables.find(({ id }) => id === name)!;
  return {
    page,
    caveats: page.caveats.join("\n"),
    reasons: table("reasons").notes.join("\n"),
    factOf: (label: string) => table("settings").rows.find(([cell]) => cell!.text === label)![1]!.text,
  };
}

describe("limits on the page of advice", () => {
  it("distinguishes a missed limit from one that is not settled", () => {
    assert.equal(pageOf({ limits: { maxCpuUs: 10 } }).page.outcome, "missed");
    const { page, reasons } = pageOf({ limits: { maxCpuUs: 43.2 } }, { "ratio:0.1": SWEEP["ratio:0.1"]! });
    assert.equal(page.outcome, "unsettled");
    assert.match(reasons, /ratio:0\.1: --max-cpu .* not settled .*quieter machine/);
  });

  it("that an interval reaches beyond has the number of rounds that would do, if it can be computed", () => {
    const reasonsAt = (limits: Wishes["limits"]): string =>
      pageOf({ limits }, { always_on: { cpu: 1.5, failed: 0.95, halfWidth: 0.05 } }).reasons;
    assert.match(reasonsAt({ maxCpuUs: 124 }), /not settled .*about \d+ valid rounds/);
    assert.match(reasonsAt({ minErrors: 0.95 }), /not settled .*more --rounds/);
  });

  it("asks for instances, not for a measurement, if one process cannot carry the traffic", () => {
    const traffic = { requestsPerSecond: 300_000, instances: 1 };
    const { reasons } = pageOf({ limits: { maxCpuUs: 200 }, traffic }, { always_on: SWEEP["always_on"]! });
    assert.match(reasons, /4,000 at most.*--instances 108 /);
    assert.doesNotMatch(reasons, /--cost-rate/);
  });

  it("names the option that sets the load of the phase in which the limit's figure is measured", () => {
    const traffic = { requestsPerSecond: 2400, instances: 1 };
    const one = { always_on: SWEEP["always_on"]! };
    assert.match(pageOf({ limits: { maxCpuShare: 0.9 }, traffic }, one).reasons, /not settled .*--cost-rate/);
    assert.match(pageOf({ limits: { maxP99Ms: 9 }, traffic }, one).reasons, /not settled .* --rate/);
  });

  it("names the user's load, the measured one and the option that changes it, beside all other reasons", () => {
    const traffic = { requestsPerSecond: 2000, instances: 1 };
    const warnings = [{ code: "few-slow-episodes", message: "p99 rests on 8 s", fix: "a --duration of 12 s" }];
    const short = ({ low, high, ...estimate }: Estimate): Estimate =>
      estimate.metric === "responseTimeP99Ms"
        ? { ...estimate, warnings }
        : { ...estimate, ...(low !== undefined && high !== undefined && { low, high }) };
    const one = { always_on: SWEEP["always_on"]! };
    const { reasons } = pageOf({ limits: { maxP99Ms: 9 }, traffic }, one, short);
    for (const part of ["2,000", "600", "--instances", "--rate 2000/s", "rests on 8 s", "--duration of 12 s"])
      assert.ok(reasons.includes(part), reasons);
  });

  it("names a variant within the limits that lacks a figure, and the figure", () => {
    const sweep = {
      always_on: { cpu: 1.5, failed: 1, halfWidth: 0.5 },
      "ratio:0.1": { cpu: 1.1, failed: 0.1, rounds: 2 },
      "ratio:0.5": { cpu: 1.9, failed: 0.5 },
    };
    const { page, reasons } = pageOf({ limits: { maxCpuUs: 120 } }, sweep);
    assert.equal(page.outcome, "unsettled");
    assert.match(page.title, /ratio:0\.1 \(too few rounds\)/);
    assert.doesNotMatch(page.title, /always_on|ratio:0\.5/);
    assert.match(reasons, /^always_on: --max-cpu .* not settled/m);
    assert.match(reasons, /^ratio:0\.5: --max-cpu .* missed/m);
    assert.equal(pageOf({ limits: { maxCpuUs: 1 } }, sweep).page.outcome, "missed");
  });

  it("questions a limit that is far above all figures", () => {
    assert.match(pageOf({ limits: { maxCpuUs: 250_000 } }).caveats, /--max-cpu 250,000 .*144\.0/);
    assert.doesNotMatch(pageOf({ limits: { maxCpuUs: 2500 } }).caveats, /unit/);
  });

  it("does not question a limit beside figures that may be 0, or have no interval", () => {
    const caveatsWith = (center: number, interval: { low?: number; high?: number }): string =>
      pageOf({ limits: { maxP99Ms: 5 } }, undefined, ({ low, high, ...one }): Estimate => {
        const bounds = low !== undefined && high !== undefined && { low, high };
        return one.metric === "responseTimeP99Ms" && one.unit === "ms"
          ? { ...one, center, ...interval }
          : { ...one, ...bounds };
      }).caveats;
    assert.match(caveatsWith(0.02, { low: 0.01, high: 0.03 }), /--max-p99 5 .*unit/);
    for (const [center, interval] of [
      [0.01, { low: -3, high: 4 }],
      [0.01, { low: -0.02, high: 0.03 }],
      [-1, { low: -2, high: -0.5 }],
      [0.01, {}],
    ] as const)
      assert.doesNotMatch(caveatsWith(center, interval), /unit/);
  });

  it("names the phase and the load that contradict a limit", () => {
    const sweep = { "ratio:0.1": { ...SWEEP["ratio:0.1"]!, latencyCpuUs: 90 } };
    const { reasons } = pageOf({ limits: { maxCpuUs: 60 } }, sweep);
    assert.match(reasons, /--max-cpu 60 .* not settled .*phase latency.* 600 requests\/s .* 90/);
    assert.match(pageOf({ limits: { maxCpuUs: 100 } }, sweep).factOf("at other loads"), /90.* 600 .*latency/);
  });

  it("that is met names another load whose interval holds it, and both loads", () => {
    const sweep = { "ratio:0.1": { ...SWEEP["ratio:0.1"]!, furtherCpuUs: 90 } };
    const limits = { maxCpuUs: 60 };
    const results = resultsOf(["ratio:0.1"], true);
    const reasonsWith = (low: number, high: number): string => {
      const change = (one: Estimate) => (one.phase === "cost-2" ? { ...one, low, high } : one);
      const advice = adviseOn(results, estimatesOf(sweep).map(change), { limits, queue: {} });
      return buildAdvicePage(results, advice, { pastes: [], gaps: [] })
        .tables.find(({ id }) => id === "reasons")!
        .notes.join("\n");
    };
    assert.match(
      reasonsWith(40, 150),
      /--max-cpu 60 .* met .*600.*2,400 \(phase cost-2\).* 90 .*\[40, 150\].* neither/,
    );
    assert.doesNotMatch(reasonsWith(40, 59), /neither/);
  });
});
