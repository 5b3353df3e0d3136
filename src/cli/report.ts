import type { Command } from "commander";
import { UserError } from "../base/problem.ts";
import { calibrationFindings } from "../estimate/calibration.ts";
import { readCalibrationOrResults } from "../record/calibration-file.ts";
import { buildReport } from "../report/build.ts";
import { buildCalibration } from "../report/calibration.ts";
import type { Report } from "../report/report.ts";
import { FORMATS } from "../report/reporters/index.ts";
import { estimatesOf } from "../estimate/estimates.ts";
import { checkDistinct, checkOutput, writeOutput } from "./output-file.ts";
import { mediumOf } from "./terminal.ts";

interface ReportOptions {
  readonly html?: string;
  readonly markdown?: string;
  readonly prometheus?: true;
  readonly json?: true;
  readonly benchmarkJson?: true;
  readonly force?: true;
  readonly verbose?: true;
}

const OPTION_OF = { prometheus: "prometheus", json: "json", "benchmark-json": "benchmarkJson" } as const;
const PRINTED = ["prometheus", "json", "benchmark-json"] as const;

export function reportCommand(program: Command): void {
  const print = (text: string): void => program.configureOutput().writeOut?.(text);
  program
    .command("report")
    .argument("<results>", "a results file, or one of calibrate")
    .description("render the file of a run: on the terminal, or in another format")
    .option("--html <file>", `write ${FORMATS.html.about}, default off; e.g. report.html`)
    .option("--markdown <file>", `write ${FORMATS.markdown.about}, default off; e.g. report.md`)
    .option("--force", "replace existing output files; default off")
    .option("--prometheus", `print ${FORMATS.prometheus.about}; default off`)
    .option("--json", `print ${FORMATS.json.about}; default off`)
    .option("--benchmark-json", `print ${FORMATS["benchmark-json"].about}; default off`)
    .option("--verbose", "print every table and warning in full; default off")
    .action((path: string, options: ReportOptions) => {
      const [printed = "terminal", another] = PRINTED.filter((format) => options[OPTION_OF[format]] === true);
      if (another !== undefined)
        throw new UserError(`--${printed} and --${another} both print to stdout: give one of them`);
      checkDistinct(["--html", options.html], ["--markdown", options.markdown]);
      const formats = (["html", "markdown"] as const).filter((format) => options[format] !== undefined);
      const { force } = options;
      const report = reportOf(path);
      for (const format of formats) checkOutput(`--${format}`, options[format]!, force);
      const render = (format: keyof typeof FORMATS): string =>
        FORMATS[format].render(report, mediumOf(process.stdout, options.verbose));
      for (const format of formats) writeOutput(`--${format}`, options[format]!, render(format), force);
      if (printed !== "terminal" || formats.length === 0) print(render(printed));
    });
}

function reportOf(path: string): Report {
  const file = readCalibrationOrResults(path);
  return "sections" in file
    ? buildCalibration(file, calibrationFindings(file.sections))
    : buildReport(file, estimatesOf(file).estimates);
}
