import { globSync } from "node:fs";
import type { Command } from "commander";
import { UserError } from "../base/problem.ts";
import { historyOf } from "../estimate/history.ts";
import { readResults } from "../record/file.ts";
import type { Results } from "../record/results.ts";
import { historyCsv } from "../report/history/csv.ts";
import { buildHistory, type HistoryInput } from "../report/history/history.ts";
import { renderHtml } from "../report/reporters/html.ts";
import { renderTerminal } from "../report/reporters/terminal.ts";
import { differencesOf } from "./compare/differences.ts";
import { checkDistinct, checkOutput, writeOutput } from "./output-file.ts";
import { mediumOf } from "./terminal.ts";

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
    .argument("[files...]", `results files, default ${DEFAULT_FILES}`)
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

function history(given: readonly string[], options: HistoryOptions): void {
  const files = given.length > 0 ? given : globSync(DEFAULT_FILES);
  const { force } = options;
  checkDistinct(["--html", options.html], ["--csv", options.csv]);
  const input = historyInput(files, options.anyway === true);
  for (const format of ["html", "csv"] as const)
    if (options[format] !== undefined) checkOutput(`--${format}`, options[format], force);
  const report = buildHistory(input);
  if (options.html !== undefined) writeOutput("--html", options.html, renderHtml(report), force);
  if (options.csv !== undefined) writeOutput("--csv", options.csv, historyCsv(input.series), force);
  const { title, caveats } = report;
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ title, caveats, series: input.series }, null, 2)}\n`
      : renderTerminal(report, mediumOf(process.stdout)),
  );
}

/** Reads the runs that can be compared with the newest. Throws a `UserError` if there is no figure to follow. */
export function historyInput(files: readonly string[], anyway: boolean): HistoryInput {
  const leftOut: Remark[] = [];
  const unlike: Remark[] = [];
  const measured = files
    .flatMap((file) => readRun(file, leftOut))
    .toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
  const newest = measured.at(-1)?.results;
  if (newest === undefined) {
    const found = files.length === 0 ? `no file matches ${DEFAULT_FILES}` : linesOf(leftOut).join("; ");
    throw new UserError(`history: no results file to follow: ${found}`);
  }
  const runs = measured.flatMap(({ file, results }) => {
    const differences = differencesOf(["it", results], ["the newest", newest]);
    if (differences.length === 0) return [results];
    const reason = `differs from the newest run: ${differences.join("; ")}`;
    if (anyway) unlike.push({ file, reason });
    else leftOut.push({ file, reason: `${reason} (--anyway follows it too)` });
    return anyway ? [results] : [];
  });
  const { series, unavailable } = historyOf(runs);
  if (series.length === 0)
    throw new UserError(
      "history: no figure to follow: it follows changes against the baseline, and these files have no other variant or no valid baseline",
    );
  return { runs, series, unavailable, leftOut: linesOf(leftOut), unlike: linesOf(unlike) };
}

interface Run {
  readonly file: string;
  readonly results: Results;
}

interface Remark {
  readonly file: string;
  /** Continues a sentence that begins with the file. */
  readonly reason: string;
}

/** The run of a file, or nothing and a remark if it has no valid trial or cannot be read. */
function readRun(file: string, leftOut: Remark[]): Run[] {
  try {
    const results = readResults(file);
    if (results.records.some(({ ending, valid }) => ending === "completed" && valid)) return [{ file, results }];
    leftOut.push({ file, reason: "has no valid trial" });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    leftOut.push({ file, reason: error.message.replace(`"${file}" `, "") });
  }
  return [];
}

const MOST_REASONS = 5;

/** One line for each reason, the most frequent first. */
function linesOf(remarks: readonly Remark[]): string[] {
  const groups = [...Map.groupBy(remarks, ({ reason }) => reason)].toSorted(([, a], [, b]) => b.length - a.length);
  const lines = groups.slice(0, MOST_REASONS).map(([reason, [first, ...others]]) => {
    const file = `"${first!.file}"`;
    return others.length === 0 ? `${file} ${reason}` : `${others.length + 1} files such as ${file}: each ${reason}`;
  });
  const rest = groups.slice(MOST_REASONS).reduce((sum, [, files]) => sum + files.length, 0);
  return rest === 0 ? lines : [...lines, `${rest} more files for other reasons`];
}

function startOf({ results }: Run): string {
  return results.environment.startedAt;
}
