import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { UserError } from "../../base/problem.ts";
import { historyCsv } from "../../report/history/csv.ts";
import { buildHistory } from "../../report/history/history.ts";
import { renderHtml } from "../../report/reporters/html.ts";
import { renderTerminal } from "../../report/reporters/terminal.ts";
import { checkDistinct, checkOutput, writeOutput } from "../output-file.ts";
import { mediumOf } from "../terminal.ts";
import { historyInput } from "./input.ts";

interface HistoryOptions {
  readonly html?: string;
  readonly csv?: string;
  readonly force?: true;
  readonly json?: true;
  readonly anyway?: true;
}

const DEFAULT_FILES = "results/*.json";

export function historyCommand(program: Command): void {
  program
    .command("history")
    .description("follow CPU, p99, throughput and lost spans over commits, and show the last step with its interval")
    .argument("[files...]", `results files, or folders with such files; default ${DEFAULT_FILES}`)
    .option("--html <file>", "write a page with charts, default off; e.g. history.html")
    .option(
      "--csv <file>",
      "write the figures for Apache Otava, which finds lasting changes; default off; e.g. history.csv",
    )
    .option("--force", "replace an existing output file; default off")
    .option("--json", "print the series as JSON; default off")
    .option("--anyway", "also follow runs of other settings, with a warning; default off")
    .action((files: readonly string[], options: HistoryOptions) => history(files, options));
}

async function history(given: readonly string[], options: HistoryOptions): Promise<void> {
  const files = given.length > 0 ? given.flatMap(filesIn) : globSync(DEFAULT_FILES);
  if (files.length === 0) throw new UserError(`history: no results file to follow: no file matches ${DEFAULT_FILES}`);
  const { force } = options;
  checkDistinct(["--html", options.html], ["--csv", options.csv]);
  const input = await historyInput(files, options.anyway === true);
  for (const format of ["html", "csv"] as const)
    if (options[format] !== undefined) checkOutput(`--${format}`, options[format], force);
  const report = buildHistory(input);
  if (options.html !== undefined) writeOutput("--html", options.html, renderHtml(report), force);
  if (options.csv !== undefined) {
    const { text, leftOut, metricsLeftOut } = historyCsv(input.series);
    writeOutput("--csv", options.csv, text, force);
    for (const metric of metricsLeftOut)
      process.stderr.write(`left out of ${options.csv}: ${metric}, which some runs do not have\n`);
    if (leftOut > 0)
      process.stderr.write(`left out of ${options.csv}: ${leftOut} runs that lack a figure of the newest\n`);
  }
  const { title, caveats } = report;
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ title, caveats, series: input.series }, null, 2)}\n`
      : renderTerminal(report, mediumOf(process.stdout)),
  );
}

/** All `.json` files in a folder and its folders; a file is itself. */
function filesIn(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const found = globSync("**/*.json", { cwd: path }).map((file) => join(path, file));
  if (found.length === 0) throw new UserError(`history "${path}": expected a folder with .json files`);
  return found;
}
