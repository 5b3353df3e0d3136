import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrationSections, type CalibrationChanges } from "../estimate/calibration.fixture.ts";
import { calibrationFindings } from "../estimate/calibration.ts";
import type { Calibration, CalibrationSections } from "../record/calibration-file.ts";
import { buildCalibration } from "./calibration.ts";
import { renderMarkdown } from "./reporters/markdown.ts";
import { renderTerminal } from "./reporters/terminal.ts";

function reportOf(sections: CalibrationSections, ending: Calibration["ending"] = "completed") {
  const calibration: Calibration = { kind: "calibration", schemaVersion: 3, ending, sections };
  return buildCalibration(calibration, calibrationFindings(sections));
}

const pageOf = (changes: CalibrationChanges = {}): string =>
  renderTerminal(reportOf(calibrationSections(changes)), { color: false, width: 100 });

test("the page is plain text that fits 100 columns and one screen", () => {
  for (const page of [pageOf(), pageOf({ rounds: 2 }), pageOf({ misreported: 2, unlikeTwins: 0.5 })]) {
    const lines = page.split("\n");
    assert.ok(lines.length <= 60, `${lines.length} lines`);
    for (const line of lines) assert.ok(line.length <= 100, line);
    assert.ok(!page.includes("\u001b"));
  }
});

test("it begins with the verdict and the figures that carry it", () => {
  const [title] = pageOf().replaceAll(/\s+/g, " ").split("! ");
  assert.match(title!, /^Every promise held: two equal services agree within ±\d\.\d+ % of CPU per request, and ±/);
  assert.match(title!, /one after another in the same time \([\d.]+ times \[[\d.]+, [\d.]+\] as wide\)/);
  assert.match(title!, /a cost of 4\.99 % reads \+\d.* \[.*\]; a cost of 20 % reads \+/);
});

test("it says which promise is broken", () => {
  const page = pageOf({ misreported: 1.5 });
  assert.match(page, /^A promise is broken/);
  assert.match(page, /^20 % .* NO$/m);
  assert.match(page, /^none .* yes /m);
});

test("it tells a miss that chance explains as such", () => {
  const seed = Array.from({ length: 200 }, (_, index) => index + 1).find(
    (seed) => calibrationFindings(calibrationSections({ seed })).outcome === "doubtful",
  );
  const page = pageOf({ seed: seed! });
  assert.match(page, /^Every promise held but for chance/);
  assert.match(page, /just not: outside the 95 % interval, as one in 20 is by chance/);
});

test("a figure without an interval is marked, and no promise is said to hold", () => {
  const page = pageOf({ rounds: 1 });
  assert.match(page, /^Not every promise could be checked/);
  assert.match(page, /~ no interval: too few rounds/);
});

test("what was interrupted, failed or warned of is told", () => {
  const { sideBySide } = calibrationSections();
  const [first, second, ...others] = sideBySide.records;
  const late = { code: "driver-late", message: "late", fix: "wait" };
  const records = [
    { ...first!, ending: "failed" as const, valid: false, failure: "the service ended by SIGKILL" },
    { ...second!, warnings: [late] },
    ...others,
  ];
  const { caveats, tables } = reportOf({ sideBySide: { ...sideBySide, records } }, "interrupted");
  assert.deepEqual(caveats, [
    "Interrupted: what was not reached is left out.",
    "1 of 24 trials failed: the service ended by SIGKILL",
    "Warnings of 24 trials: driver-late 1.",
  ]);
  assert.deepEqual(
    tables.map(({ id }) => id),
    ["twins"],
  );
});

test("trials for which there was no time are told", () => {
  const { sideBySide, inSequence } = calibrationSections();
  const hurried = { ...inSequence, records: inSequence.records.slice(0, 20) };
  assert.deepEqual(reportOf({ sideBySide, inSequence: hurried }).caveats, [
    "For lack of time 4 of 48 trials were not begun.",
  ]);
});

test("as Markdown it has the same tables", () => {
  const markdown = renderMarkdown(reportOf(calibrationSections()));
  assert.match(markdown, /^\*\*Every promise held/);
  assert.match(markdown, /\| twins of +\| +side by side \|/);
  assert.match(markdown, /\| 20 % +\| +\+20 % \|/);
  assert.match(markdown, /getrusage|bare SDK/);
});
