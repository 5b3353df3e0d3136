/** The reasons that a report gives for what it has no figure of. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, columnOf, fixtureReport } from "./report.fixture.ts";
import type { Report } from "./report.ts";

test("a p99 whose windows were too short says so in headline and table, and counts no rounds as the reason", () => {
  const withWindows = (elapsedMs: number): Report =>
    fixtureReport(
      {},
      changed((record) => ({
        ...record,
        ...(record.load && { load: { ...record.load, elapsedMs, slowEpisodes: 6 } }),
      })),
    );
  const [short, long] = [withWindows(1700), withWindows(9000)];
  assert.match(short.title, /p99: no finding at [^;]*windows too short/);
  assert.deepEqual(columnOf(short, "latency", "verdict").slice(1), Array(2).fill("– (windows too short)"));
  const warning = short.warnings.find(({ code }) => code === "few-slow-episodes");
  // 8 rounds of the phase alone: at least 45 s
  assert.deepEqual(
    warning?.cases.map(({ fix }) => fix),
    ["--phase latency --rounds 8 --duration 6s; with other phases too: --rounds 8 --duration 12s"],
  );
  assert.doesNotMatch(long.title, /no finding/);
  assert.ok(columnOf(long, "latency", "verdict").every((text) => !text.includes("windows")));
});
