import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrationSections, type CalibrationChanges } from "../estimate/calibration.fixture.ts";
import { calibrationFindings } from "../estimate/calibration.ts";
import type { Calibration, CalibrationSections } from "../record/calibration-file.ts";
import { buildCalibration } from "./calibration.ts";
import { FORMATS } from "./reporters/index.ts";
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

test("it begins with the verdict and the figures behind it", () => {
  const { title } = reportOf(calibrationSections());
  assert.match(title, /±\d.* a cost of 4\.99 % reads \+\d.* a cost of 20 % reads \+/);
  assert.notEqual(title, reportOf(calibrationSections({ misreported: 1.5 })).title);
});

test("each promise has a row with its outcome, and misses are marked", () => {
  const tonesOf = (changes: CalibrationChanges): (string | undefined)[] =>
    reportOf(calibrationSections(changes))
      .tables[0]!.rows.slice(0, 4)
      .map((row) => row.at(-1)!.tone);
  assert.deepEqual(tonesOf({}), ["good", "good", "good", "good"]);
  assert.deepEqual(tonesOf({ misreported: 1.5 }), ["good", "good", "bad", "bad"]);
  for (const rounds of [1, 2, 3])
    assert.deepEqual(tonesOf({ rounds }), ["doubtful", "doubtful", "doubtful", "doubtful"]);
});

test("its figures are in the formats for machines too", () => {
  const report = reportOf(calibrationSections());
  const entries = JSON.parse(FORMATS["benchmark-json"].render(report)) as object[];
  assert.equal(entries.length, 5, "two twins, two burns, and the wrappers");
  assert.match(FORMATS.prometheus.render(report), /variant="none \(twin\)"/);
});

test("what was interrupted, failed or warned of is on the page", () => {
  const { sideBySide } = calibrationSections();
  const [first, second, ...others] = sideBySide.records;
  const late = { code: "driver-late", message: "late", fix: "wait" };
  const records = [
    { ...first!, ending: "failed" as const, valid: false, failure: "the service ended by SIGKILL" },
    { ...second!, warnings: [late] },
    ...others,
  ];
  const { caveats, tables, warnings } = reportOf({ sideBySide: { ...sideBySide, records } }, "interrupted");
  assert.match(caveats.join(), /Interrupted.*1 of 24 /);
  assert.match(tables[1]!.rows[0]![1]!.text, /SIGKILL/);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ["driver-late"],
  );
});
