import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { UserError } from "../base/problem.ts";
import { syntheticRecord, syntheticResults } from "../estimate/synthetic.fixture.ts";
import type { Results } from "../record/results.ts";
import { buildHistory } from "../report/history/history.ts";
import { renderHtml } from "../report/reporters/html.ts";
import { historyCsv } from "../report/history/csv.ts";
import { historyInput } from "../cli/history.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "spantoll-history-test-"));
after(() => rmSync(FOLDER, { recursive: true }));

/** Four rounds on the day; `cost` is the CPU of `always_on` over `none`. */
function run(day: number, cost: number, environment: Partial<Results["environment"]> = {}): Results {
  const records = [1, 2, 3, 4].flatMap((round) => [
    syntheticRecord({ variant: "none", round, cpu: 100 + day }),
    syntheticRecord({ variant: "always_on", round, cpu: (100 + day) * cost * (1 + 0.001 * ((round * 7 + day) % 5)) }),
  ]);
  const results = syntheticResults(records);
  const startedAt = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
  return { ...results, environment: { ...results.environment, startedAt, commit: `c0ffee${day}`, ...environment } };
}

function file(name: string, content: unknown): string {
  const path = join(FOLDER, `${name}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const files = Array.from({ length: 12 }, (_, day) => file(`day-${day}`, run(day, day < 6 ? 1.5 : 1.6)));

describe("a history of results files", () => {
  it("as CSV has a row for each run and a column for each figure, in order of time", () => {
    const lines = historyCsv(historyInput(files.toReversed(), false).series).trim().split("\n");
    assert.equal(lines.length, 13);
    assert.match(lines[0]!, /^time,commit,.*cost cpuUsPerRequest always_on/);
    assert.match(lines[1]!, /^2026-01-01T00:00:00.000Z,c0ffee0,.*1\.5/);
  });

  it("shows each figure over the runs in a table and a chart, whatever the order of the files", () => {
    const report = buildHistory(historyInput(files.toReversed(), false));
    const [cpu] = report.tables;
    assert.match(cpu!.rows[0]![1]!.text, /^[▁▂]{6}[▇█]{6}$/);
    const [chart] = report.charts;
    assert.ok(chart?.kind === "trend");
    assert.deepEqual([chart.runs.length, chart.runs[0]], [12, "c0ffee0 2026-01-01"]);
    assert.equal(Math.round(chart.series[0]!.points[0]!.y), 50);
    assert.match(renderHtml(report), />c0ffee0 2026-01-01</);
  });

  it("follows only runs like the newest, and says which it leaves out and why", () => {
    const other = file("other-node", run(3, 1.5, { node: "v22.18.0", startedAt: "2026-01-01T12:00:00.000Z" }));
    const broken = file("broken", { schemaVersion: 99 });
    const { runs, leftOut, unlike } = historyInput([...files, other, broken], false);
    assert.deepEqual([runs.length, unlike], [12, []]);
    assert.match(leftOut.join("\n"), /other-node\.json" differs from the newest run: Node: v22\.18\.0 and v24\.21\.0/);
    assert.match(leftOut.join("\n"), /broken\.json" has schema version 99/);
  });

  it("follows unlike runs with --anyway, and says how they are unlike", () => {
    const other = file("other-node", run(3, 1.5, { node: "v22.18.0", startedAt: "2026-01-01T12:00:00.000Z" }));
    const input = historyInput([...files, other], true);
    assert.deepEqual([input.runs.length, input.leftOut], [13, []]);
    assert.match(
      buildHistory(input).caveats.join("\n"),
      /^Followed by --anyway: ".*other-node\.json" differs from the newest run: Node: v22\.18\.0 and v24\.21\.0$/,
    );
  });

  it("takes no run without figures for the newest: it was interrupted, or all is void", () => {
    const later = run(20, 1.5);
    const empty = file("empty", { ...later, records: [], ending: "interrupted" });
    const records = later.records.map((record) => ({ ...record, valid: false }));
    const voided = file("voided", { ...later, records });
    const { runs, leftOut } = historyInput([...files, empty, voided], false);
    assert.equal(runs.length, 12);
    assert.deepEqual(leftOut, [`2 files such as "${empty}": each has no valid trial`]);
    assert.throws(() => historyInput([empty], false), /no results file to follow: .*has no valid trial/);
  });

  it("folds what is left out for one reason into a line, and many reasons into a few lines", () => {
    const quick = { durationMs: { cost: 3000, latency: 1200, capacity: 1000 } };
    const quickRuns = [1, 2, 3].map((day) => {
      const results = run(day, 1.5);
      return file(`quick-${day}`, { ...results, scenario: { ...results.scenario, ...quick } });
    });
    const foreign = Array.from({ length: 9 }, (_, at) => file(`foreign-${at}`, { schemaVersion: 90 + at }));
    const { leftOut } = historyInput([...foreign, ...quickRuns, ...files], false);
    assert.match(
      leftOut[0]!,
      /^3 files such as ".*quick-1\.json": each differs from the newest run: only it was measured with --quick; /,
    );
    assert.ok(leftOut.length <= 6, leftOut.join("\n"));
    assert.match(leftOut.at(-1)!, /^5 more files for other reasons$/);
  });

  it("is refused where there is nothing to follow", () => {
    assert.throws(() => historyInput([], false), UserError);
    assert.throws(() => historyInput([join(FOLDER, "missing.json")], false), /missing\.json" cannot be read/);
  });
});
