import assert from "node:assert/strict";
import { test } from "node:test";
import { advise, type Sweep } from "../../estimate/advise/sweep.fixture.ts";
import type { Advice } from "../../estimate/advise/advise.ts";
import type { Figures } from "../../estimate/advise/figures.ts";
import { unprovedOf } from "./unproved.ts";

const ALONE: Sweep = { always_on: { cpu: 1.5, failed: 1 } };

function unproved(sweep: Sweep, change: (figures: Figures) => Partial<Figures> = () => ({})): string[] {
  const advice: Advice = advise({}, sweep);
  const { candidate, ...own } = advice.chosen!;
  const figures = { ...candidate.figures, ...change(candidate.figures) };
  return unprovedOf({ ...own, candidate: { ...candidate, figures } }, advice);
}

test("a choice whose figures are proved, and that no other equals, has no such sentence", () => {
  assert.deepEqual(unproved(ALONE), []);
});

test("a p99 without an interval, or with one that decides nothing, is named with its figure and how to measure it", () => {
  const fix = "--phase latency --rounds 8 --duration 7s";
  const [short, ...more] = unproved(ALONE, ({ p99Ms }) => {
    const { low: _low, high: _high, ...rest } = p99Ms!;
    return { p99Ms: { ...rest, center: 30, warnings: [{ code: "few-slow-episodes", message: "2 in 8 s", fix }] } };
  });
  assert.match(short!, /^p99 .*~30 ms.* 600 requests\/s.*windows too short/);
  assert.ok(short!.includes(fix));
  assert.deepEqual(more, []);
  const open = unproved({ always_on: { cpu: 1.5, failed: 1, p99Ms: 30, halfWidth: 0.9, p99Verdict: "inconclusive" } });
  assert.match(open.join("\n"), /^p99 is not proved: 30 ±27 ms/);
});

test("CPU that is inconclusive, and a share without an interval, are named", () => {
  const cpu = unproved(ALONE, ({ cpuRatio }) => ({ cpuRatio: { ...cpuRatio!, verdict: "inconclusive" } }));
  assert.match(cpu.join("\n"), /^CPU is not proved: 120/);
  const warnings = [{ code: "unsteady", message: "it fell within the windows", fix: "lengthen --warmup" }];
  const unsteady = unproved(ALONE, ({ cpuRatio }) => ({
    cpuRatio: { ...cpuRatio!, verdict: "inconclusive", warnings },
  }));
  assert.match(unsteady.join("\n"), /^CPU is not proved: 120.*it fell within the windows; fix: lengthen --warmup/);
  const kept = unproved(ALONE, ({ failedKept }) => ({ failedKept: { center: failedKept!.center, n: 2 } }));
  assert.match(kept.join("\n"), /failed requests.*\(2 rounds\)/);
});

test("a variant within the limits that is as good by all that is shown is named, and by what the choice was made", () => {
  const alike = { ...ALONE, "always_on simple": { cpu: 1.501, failed: 1 } };
  assert.match(unproved(alike).join("\n"), /better than always_on simple: not distinguished/);
  assert.deepEqual(unproved({ ...ALONE, "always_on simple": { cpu: 1.9, failed: 1 } }), []);
});
