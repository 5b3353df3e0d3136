import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { calibrationFindings } from "../estimate/calibration.ts";
import { CALIBRATION_FILE } from "../record/noise-floor.ts";
import type { Calibration } from "../record/calibration-file.ts";
import { readEnvironment } from "../record/environment.ts";
import { buildCalibration } from "../report/calibration.ts";
import { renderTerminal } from "../report/reporters/terminal.ts";
import { findPinning } from "../run/processes/pinning.ts";
import { formatAbout } from "./bench/progress.ts";
import { measureSections } from "./calibration/measure.ts";
import { sectionOf, SECTION_NAMES } from "./calibration/sections.ts";
import type { Outcome } from "./exit-code.ts";
import { checkOutput } from "./output-file.ts";
import { noteOf } from "./terminal.ts";

/** Fits into what people paste into. */
const PAGE_WIDTH = 100;
/** A quick calibration must not replace the noise floor of a full one. */
const QUICK_FILE = "results/calibration-quick.json";

interface CalibrateOptions {
  readonly quick?: true;
  readonly target?: string;
  readonly rounds?: string;
  readonly out?: string;
  readonly force?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

export function calibrateCommand(program: Command, outcome: Outcome): void {
  program
    .command("calibrate")
    .description("check the measuring on this machine: equal services, known costs, and the noise floor")
    .option("--target <spec>", "the service to calibrate with, default bare:5; e.g. orders")
    .option("--rounds <n>", "restarts of every variant, default 11 and 8; e.g. 20")
    .option("--quick", "two short rounds, which check that it runs and prove little; default off")
    .option("--out <file>", `the calibration file, default ${CALIBRATION_FILE}, in which bench looks for it`)
    .option("--force", "replace existing output files; default off")
    .option("--quiet", "print no progress; default off")
    .option("--verbose", "print every warning in full; default off")
    .action(async (options: CalibrateOptions) => {
      outcome.exitCode = await calibrate(options);
    });
}

async function calibrate(options: CalibrateOptions): Promise<number> {
  const { quick = false, target, rounds, quiet = false } = options;
  const wish = { quick, target, rounds };
  const expectedMs = SECTION_NAMES.reduce((sum, name) => sum + sectionOf(name, wish, {}).expectedMs, 0);
  const out = options.out ?? (quick ? QUICK_FILE : CALIBRATION_FILE);
  if (options.out === undefined) mkdirSync(dirname(out), { recursive: true });
  // the default file is for the last calibration
  checkOutput("--out", out, options.force ?? options.out === undefined);
  const environment = await readEnvironment(process.version, findPinning().pinning);
  noteOf(options)(`calibrating: about ${formatAbout(expectedMs)}; do not use the machine meanwhile`);
  const run = { options: wish, environment, out, quiet };
  const { calibration, path, interruptedWith } = await measureSections(run);
  const code = show(calibration, options);
  process.stderr.write(`calibration: ${path}\n`);
  return interruptedWith ?? code;
}

/** Prints the page. Exit code 1: a promise is broken; 3: a promise could not be checked. */
function show(calibration: Calibration, { verbose }: CalibrateOptions): number {
  const findings = calibrationFindings(calibration.sections);
  const medium = { color: false, width: PAGE_WIDTH, verbose: verbose === true };
  process.stdout.write(renderTerminal(buildCalibration(calibration, findings), medium));
  return { held: 0, doubtful: 0, broken: 1, unsettled: 3 }[findings.outcome];
}
