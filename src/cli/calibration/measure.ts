import { renameSync, rmSync } from "node:fs";
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
 * Measures section by section. What is measured is on disk after each, in `….partial.json`, which is renamed to `out` at
 * the end. `measure` measures one section.
 */
export async function measureSections(run: CalibrationRun, measure = measureSession): Promise<CalibrationRunResult> {
  const { options, environment, out, quiet } = run;
  const partial = withSuffix(out, "partial");
  const sections: CalibrationSections = {};
  for (const [index, name] of SECTION_NAMES.entries()) {
    const { scenario, plan, special } = sectionOf(name, options, sections);
    if (!quiet) process.stderr.write(`${index + 1} of ${SECTION_NAMES.length}: ${scenario.about}\n`);
    const path = withSuffix(out, name);
    refuseRunning(path);
    // the journal of a calibration that was killed cannot be continued
    rmSync(journalPath(path), { force: true });
    const { results, interruptedWith } = await measure({
      scenario,
      plan,
      special,
      environment,
      out: path,
      quiet,
    });
    sections[name] = results;
    const isLast = index === SECTION_NAMES.length - 1;
    const isOver = interruptedWith !== undefined || meanCpuUs(sections.sideBySide, "none") === undefined;
    const calibration = calibrationOf(sections, isLast && !isOver ? "completed" : "interrupted");
    writeWhole(partial, calibration);
    rmSync(path, { force: true });
    if (isOver) return { calibration, path: partial, interruptedWith };
  }
  renameSync(partial, out);
  return { calibration: calibrationOf(sections, "completed"), path: out, interruptedWith: undefined };
}

function calibrationOf(sections: CalibrationSections, ending: Calibration["ending"]): Calibration {
  const { noiseFloor } = calibrationFindings(sections);
  return { kind: "calibration", schemaVersion: SCHEMA_VERSION, ending, ...(noiseFloor && { noiseFloor }), sections };
}

/** `results/calibration.json` → `results/calibration.partial.json` */
function withSuffix(path: string, suffix: string): string {
  return `${path.replace(/\.json$/, "")}.${suffix}.json`;
}
