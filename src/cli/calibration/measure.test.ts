import assert from "node:assert/strict";
import { temporaryFolder } from "../../base/temporary-folder.fixture.ts";
import { readCalibrationOrResults as readCalibration, type Calibration } from "../../record/calibration-file.ts";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { calibrationSections } from "../../estimate/calibration.fixture.ts";
import { readNoiseFloor } from "../../record/noise-floor.ts";
import { readResults, writeWhole } from "../../record/file.ts";
import type { Session, SessionResult } from "../bench/session.ts";
import { measureSections, type CalibrationRun } from "./measure.ts";
import { SECTION_NAMES, type SectionName } from "./sections.ts";

const folder = temporaryFolder();
const measured = calibrationSections();
const { environment } = measured.sideBySide;

function runTo(name: string): CalibrationRun {
  return { options: { quick: false }, environment, out: join(folder, name), quiet: true };
}

/** In place of measuring: made-up results, written as a session writes them; interrupted in the section named. */
function pretending(sections: typeof measured, interruptedIn?: SectionName) {
  const sessions: Session[] = [];
  const measure = async (session: Session): Promise<SessionResult> => {
    const name = SECTION_NAMES[sessions.length]!;
    sessions.push(session);
    const interrupted = name === interruptedIn;
    const results = { ...sections[name], ending: interrupted ? ("interrupted" as const) : ("completed" as const) };
    writeWhole(session.out, results);
    return { results, estimates: [], interruptedWith: interrupted ? 130 : undefined };
  };
  return { sessions, measure };
}

test("all sections go into one file, with the noise floor that later runs look for; nothing else is left", async () => {
  const { measure } = pretending(measured);
  const run = runTo("whole.json");
  const { calibration, path, interruptedWith } = await measureSections(run, measure);
  assert.deepEqual([path, interruptedWith, calibration.ending], [run.out, undefined, "completed"]);
  assert.deepEqual(readCalibration(run.out), calibration);
  assert.deepEqual(Object.keys(calibration.sections), SECTION_NAMES);
  assert.deepEqual(readNoiseFloor(run.out, environment), calibration.noiseFloor);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("whole")),
    ["whole.json"],
  );
});

test("interrupted, it keeps what is measured apart, and an earlier whole calibration as it was", async () => {
  const run = runTo("kept.json");
  writeFileSync(run.out, "the earlier one");
  const { measure } = pretending(measured, "knownTruth");
  const { path, interruptedWith } = await measureSections(run, measure);
  assert.equal(interruptedWith, 130);
  assert.equal(path, join(folder, "kept.partial.json"));
  const { ending, sections, noiseFloor } = readCalibration(path) as Calibration;
  assert.deepEqual([ending, Object.keys(sections)], ["interrupted", ["sideBySide", "knownTruth"]]);
  assert.ok(noiseFloor !== undefined);
  assert.throws(() => readCalibration(run.out), /is not JSON/);
});

test("it stops if the baseline could not be measured: there is nothing to burn a share of", async () => {
  const { sideBySide } = measured;
  const records = sideBySide.records.map((record) => ({ ...record, ending: "failed" as const, valid: false }));
  const { measure, sessions } = pretending({ ...measured, sideBySide: { ...sideBySide, records } });
  const { calibration, interruptedWith } = await measureSections(runTo("hopeless.json"), measure);
  assert.equal(sessions.length, 1);
  assert.deepEqual([calibration.ending, interruptedWith], ["interrupted", undefined]);
  assert.ok(!existsSync(join(folder, "hopeless.json")));
});

test("a calibration is not taken for a results file", async () => {
  const run = runTo("kinds.json");
  await measureSections(run, pretending(measured).measure);
  assert.throws(() => readResults(run.out), /is not a results file of Spantoll, but "calibration": `report`/);
});
