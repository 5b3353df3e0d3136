import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { calibrationFindings, type CalibrationFindings } from "../estimate/calibration.ts";
import { CALIBRATION_FILE } from "../record/noise-floor.ts";
import { readCalibration, type Calibration } from "../record/calibration-file.ts";
import { readEnvironment } from "../record/environment.ts";
import { buildCalibration } from "../report/calibration.ts";
import { renderMarkdown } from "../report/reporters/markdown.ts";
import { renderTerminal } from "../report/reporters/terminal.ts";
import { findPinning } from "../run/processes/pinning.ts";
import { expectedLength, measureSections } from "./calibration/measure.ts";
import type { Outcome } from "./exit-code.ts";
import { checkOutput, writeOutput } from "./output-file.ts";

/** As wide as what people paste into may be. */
const PAGE_WIDTH = 100;
/** A quick one must not replace the floor that a whole one has left. */
const QUICK_FILE = "results/calibration-quick.json";

interface CalibrateOptions {
  readonly quick?: true;
  readonly target?: string;
  readonly seed?: string;
  readonly rounds?: string;
  readonly out?: string;
  readonly markdown?: string;
  readonly from?: string;
  readonly quiet?: true;
}

export function calibrateCommand(program: Command, outcome: Outcome): void {
  const command = program
    .command("calibrate")
    .description("prove the measuring on this machine: equal services, known costs, and the noise floor")
    .option("--target <spec>", "the service to calibrate with instead of bare:5, such as orders")
    .option("--rounds <n>", "restarts of every variant, in every section")
    .option("--seed <n>", "of schedule, request mix and order")
    .option("--quick", "two short rounds: shows that it works, proves little")
    .option("--out <file>", `the calibration file; bench looks for ${CALIBRATION_FILE}`)
    .option("--markdown <file>", "write the page as Markdown too")
    .option("--from <file>", "show an earlier calibration again, without measuring")
    .option("--quiet", "no progress");
  command.action(async (options: CalibrateOptions) => {
    outcome.exitCode = await calibrate(options);
  });
}

async function calibrate(options: CalibrateOptions): Promise<number> {
  if (options.from !== undefined) return show(readCalibration(options.from), options);
  const { quick = false, target, seed, rounds, quiet = false } = options;
  const wish = { quick, target, seed, rounds };
  const length = expectedLength(wish);
  const environment = await readEnvironment(process.execPath, findPinning().pinning);
  const out = options.out ?? (quick ? QUICK_FILE : CALIBRATION_FILE);
  if (options.out === undefined) mkdirSync(dirname(out), { recursive: true });
  checkOutput("--out", out, { force: true });
  if (options.markdown !== undefined) checkOutput("--markdown", options.markdown);
  if (!quiet) process.stderr.write(`calibrating: about ${length}; leave the machine alone meanwhile\n`);
  const run = { wish, environment, node: process.execPath, out, quiet };
  const { calibration, path, interruptedWith } = await measureSections(run);
  const code = show(calibration, options);
  process.stderr.write(`calibration: ${path}\n`);
  return interruptedWith ?? code;
}

/** Prints and writes the page; 1 where a promise is broken, or was not checked. */
function show(calibration: Calibration, { markdown }: CalibrateOptions): number {
  const findings = calibrationFindings(calibration.sections);
  const report = buildCalibration(calibration, findings);
  if (markdown !== undefined) writeOutput("--markdown", markdown, renderMarkdown(report));
  process.stdout.write(renderTerminal(report, { color: false, width: PAGE_WIDTH }));
  return isKept(findings) ? 0 : 1;
}

function isKept({ outcome }: CalibrationFindings): boolean {
  return outcome === "held" || outcome === "doubtful";
}
