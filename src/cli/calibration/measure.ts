import { renameSync, rmSync } from "node:fs";
import { baselineCpuUs } from "../../estimate/calibration-ratios.ts";
import { calibrationFindings } from "../../estimate/calibration.ts";
import { journalPath } from "../../record/journal.ts";
import { SCHEMA_VERSION, type Environment } from "../../record/results.ts";
import { writeCalibration, type Calibration, type CalibrationSections } from "../../record/calibration-file.ts";
import { formatAbout } from "../bench/progress.ts";
import { measureSession } from "../bench/session.ts";
import { sectionOf, SECTION_NAMES, type CalibrationWish, type SectionName } from "./sections.ts";

export interface CalibrationRun {
  readonly wish: CalibrationWish;
  readonly environment: Environment;
  /** The Node that runs the measured services. */
  readonly node: string;
  /** The calibration file; an earlier one of that name is replaced by a whole one only. */
  readonly out: string;
  readonly quiet: boolean;
}

export interface CalibrationRunResult {
  readonly calibration: Calibration;
  /** Where it was written. */
  readonly path: string;
  readonly interruptedWith: number | undefined;
}

/** On a busy machine sections lose rounds rather than take longer than this, unless rounds were asked for. */
const LONGER_AT_MOST = 1.05;

const ROUNDS_LEFT_OUT =
  "rounds were left out, since they would have ended later than was told beforehand; --rounds has as many measured as it says";

const TITLES: Readonly<Record<SectionName, string>> = {
  sideBySide: "twins side by side",
  inSequence: "the same twins one after another, as long",
  knownTruth: "a known cost, and the ledger's wrappers",
  solo: "each alone",
};

/**
 * Measures section by section. What is measured is on disk after each, in `….partial.json`, which gets the name asked
 * for at the end. `measure` is the running of one section.
 */
export async function measureSections(run: CalibrationRun, measure = measureSession): Promise<CalibrationRunResult> {
  const partial = withSuffix(run.out, "partial");
  const sections: CalibrationSections = {};
  for (const [index, name] of SECTION_NAMES.entries()) {
    if (!run.quiet) process.stderr.write(`${index + 1} of ${SECTION_NAMES.length}: ${TITLES[name]}\n`);
    const { results, interruptedWith } = await measureSection(name, run, sections, measure);
    sections[name] = results;
    const calibration = calibrationOf(sections, "interrupted");
    writeCalibration(partial, calibration);
    rmSync(withSuffix(run.out, name), { force: true });
    const hopeless = name === "sideBySide" && baselineCpuUs(results) === undefined;
    if (interruptedWith !== undefined || hopeless) return { calibration, path: partial, interruptedWith };
  }
  const calibration = calibrationOf(sections, "completed");
  writeCalibration(partial, calibration);
  renameSync(partial, run.out);
  return { calibration, path: run.out, interruptedWith: undefined };
}

async function measureSection(
  name: SectionName,
  { wish, environment, node, out, quiet }: CalibrationRun,
  earlier: CalibrationSections,
  measure: typeof measureSession,
): ReturnType<typeof measureSession> {
  const { scenario, plan, special, expectedMs } = sectionOf(name, wish, earlier);
  const later = SECTION_NAMES.slice(SECTION_NAMES.indexOf(name) + 1);
  const laterMs = later.reduce((sum, one) => sum + sectionOf(one, wish, earlier).expectedMs, 0);
  const section = withSuffix(out, name);
  // what a calibration that was killed had begun cannot be gone on with
  rmSync(journalPath(section), { force: true });
  const timeLimit = { ms: expectedMs * LONGER_AT_MOST, note: ROUNDS_LEFT_OUT };
  const limit = wish.rounds === undefined ? { timeLimit } : {};
  return measure({ scenario, plan, special, environment, node, out: section, quiet, laterMs, ...limit });
}

function calibrationOf(sections: CalibrationSections, ending: Calibration["ending"]): Calibration {
  const { noiseFloor } = calibrationFindings(sections);
  return {
    kind: "calibration",
    schemaVersion: SCHEMA_VERSION,
    ending,
    ...(noiseFloor && { noiseFloor }),
    sections,
  };
}

/** `results/calibration.json` → `results/calibration.solo.json` */
function withSuffix(path: string, suffix: string): string {
  return `${path.replace(/\.json$/, "")}.${suffix}.json`;
}

/** How long all sections take, in words. */
export function expectedLength(wish: CalibrationWish): string {
  return formatAbout(SECTION_NAMES.reduce((sum, name) => sum + sectionOf(name, wish, {}).expectedMs, 0));
}
