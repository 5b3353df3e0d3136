import { rmSync } from "node:fs";
import { meanCpuUs, calibrationFindings } from "../../estimate/calibration.ts";
import type { Calibration, CalibrationSections } from "../../record/calibration-file.ts";
import { writeWhole } from "../../record/file.ts";
import { journalPath, refuseRunning } from "../../record/journal.ts";
import { SCHEMA_VERSION, type Environment } from "../../record/results.ts";
import { measureSession } from "../bench/session.ts";
import { sectionOf, SECTION_NAMES, type CalibrationOptions } from "./sections.ts";

export interface CalibrationRun {
  readonly options: CalibrationOptions;
  readonly environment: Environment;
  /** The calibration file; an earlier one of that name is replaced by a complete one only. */
  readonly out: string;
  readonly quiet: boolean;
}

export interface CalibrationRunResult {
  readonly calibration: Calibration;
  /** Where it was written. */
  readonly path: string;
  readonly interruptedWith: number | undefined;
}

/**
 * Measures section by section, each into a results file of its own, until all are in one file: `out`, or `….partial.json` if it
 * was interrupted or has no baseline. `measure` measures one section.
 */
export async function measureSections(run: CalibrationRun, measure = measureSession): Promise<CalibrationRunResult> {
  const { options, environment, out, quiet } = run;
  const sections: CalibrationSections = {};
  let [interruptedWith, isOver]: [number | undefined, boolean] = [undefined, false];
  for (const [index, name] of SECTION_NAMES.entries()) {
    const section = sectionOf(name, options, sections);
    if (!quiet) process.stderr.write(`${index + 1} of ${SECTION_NAMES.length}: ${section.scenario.about}\n`);
    const path = withSuffix(out, name);
    refuseRunning(path);
    // the journal of a calibration that was killed cannot be continued
    rmSync(journalPath(path), { force: true });
    const measured = await measure({ ...section, environment, out: path, quiet });
    sections[name] = measured.results;
    interruptedWith = measured.interruptedWith;
    isOver = interruptedWith !== undefined || meanCpuUs(sections.sideBySide, "none") === undefined;
    if (isOver) break;
  }
  const path = isOver ? withSuffix(out, "partial") : out;
  const { noiseFloor } = calibrationFindings(sections);
  const calibration: Calibration = {
    kind: "calibration",
    schemaVersion: SCHEMA_VERSION,
    ending: isOver ? "interrupted" : "completed",
    ...(noiseFloor && { noiseFloor }),
    sections,
  };
  writeWhole(path, calibration);
  for (const name of SECTION_NAMES) rmSync(withSuffix(out, name), { force: true });
  return { calibration, path, interruptedWith };
}

/** `results/calibration.json` → `results/calibration.partial.json` */
function withSuffix(path: string, suffix: string): string {
  return `${path.replace(/\.json$/, "")}.${suffix}.json`;
}
