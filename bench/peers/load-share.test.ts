import assert from "node:assert/strict";
import { test } from "node:test";
import { fixtureResults } from "../../src/report/results.fixture.ts";
import { loadShares } from "./load-share.ts";

/** Two rounds of a cost block (warm-up and window: 13 s) and a latency trial of each variant (5.5 s). */
const RUN = fixtureResults({ rounds: 2, phases: ["cost", "latency"], samplers: ["always_on"], requests: 10 });
const OVERHEAD_MS = 1000;

function timed(ending: "completed" | "failed" = "completed"): typeof RUN {
  const blocks = new Map<string, number>();
  let atMs = Date.parse("2026-11-22T12:00:00.000Z");
  const records = RUN.records.map((record) => {
    const { phase, round, variant } = record.trial;
    const key = phase === "cost" ? `cost ${round}` : `latency ${round} ${variant}`;
    const isNew = !blocks.has(key);
    const block = blocks.get(key) ?? blocks.size + 1;
    blocks.set(key, block);
    const tookMs = (phase === "cost" ? 13_000 : 5500) + OVERHEAD_MS;
    if (isNew) atMs += tookMs;
    return {
      ...record,
      ending,
      trial: { ...record.trial, block },
      startedAt: new Date(atMs - tookMs).toISOString(),
      tookMs,
    };
  });
  return { ...RUN, records };
}

test("the share under load of a round is its warm-ups and windows over its wall-clock time, trials side by side once", () => {
  const loadMs = 13_000 + 2 * 5500;
  const share = loadMs / (loadMs + 3 * OVERHEAD_MS);
  assert.deepEqual(loadShares(timed()), [
    { round: 1, figures: { underLoadShare: share, overheadMs: OVERHEAD_MS } },
    { round: 2, figures: { underLoadShare: share, overheadMs: OVERHEAD_MS } },
  ]);
});

test("what failed was not under load", () => {
  for (const { figures } of loadShares(timed("failed"))) assert.equal(figures.underLoadShare, 0);
});
