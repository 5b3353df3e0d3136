import { globSync } from "node:fs";
import type { Command } from "commander";
import { UserError } from "../base/problem.ts";
import { historyOf } from "../estimate/history.ts";
import { readResults } from "../record/file.ts";
import type { Results } from "../record/results.ts";
import { buildHistory, type HistoryInput } from "../report/history/history.ts";
import { isMicro } from "../report/micro.ts";
import { renderHtml } from "../report/reporters/html.ts";
import { renderTerminal } from "../report/reporters/terminal.ts";
import { writeOutput } from "./output.ts";
import { mediumOf } from "./report.ts";
import { unlike } from "./unlike.ts";

interface HistoryOptions {
  readonly html?: string;
  readonly json?: true;
  readonly anyway?: true;
}

const USUAL = "results/*.json";

export function historyCommand(program: Command): void {
  program
    .command("history")
    .description("follow every figure over commits, and find where it changed for good")
    .argument("[files...]", `results files; ${USUAL} unless given`)
    .option("--html <file>", "write a page with charts")
    .option("--json", "print the series and their changes as JSON")
    .option("--anyway", "follow runs too that are unlike the newest one, with a warning")
    .action((files: readonly string[], options: HistoryOptions) => history(files, options));
}

function history(files: readonly string[], options: HistoryOptions): void {
  const input = historyInput(files.length > 0 ? files : globSync(USUAL), options.anyway === true);
  const report = buildHistory(input);
  if (options.html !== undefined) {
    writeOutput("--html", options.html, renderHtml(report));
    process.stderr.write(`wrote ${options.html}\n`);
  }
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ title: report.title, caveats: report.caveats, series: input.series }, null, 2)}\n`
      : renderTerminal(report, mediumOf(process.stdout)),
  );
}

/** The runs that are like the newest one, or with `anyway` how others are unlike it, and why files are left out. Throws a `UserError` where none can be read. */
export function historyInput(files: readonly string[], anyway: boolean): HistoryInput {
  const leftOut: Remark[] = [];
  const leaveOut = (file: string, reason: string): [] => {
    leftOut.push({ file, reason });
    return [];
  };
  const measured = files.flatMap((file): { file: string; results: Results }[] => {
    try {
      const results = readResults(file);
      return hasFigures(results) ? [{ file, results }] : leaveOut(file, "holds no trial with figures");
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return leaveOut(file, error.message.replace(`"${file}" `, ""));
    }
  });
  const ordered = measured.toSorted((a, b) => (startOf(a.results) < startOf(b.results) ? -1 : 1));
  const newest = ordered.at(-1);
  if (newest === undefined) {
    const found = files.length === 0 ? `there are no files like ${USUAL}` : told(leftOut).join("; ");
    throw new UserError(`history: no results file to follow: ${found}`);
  }
  const yardstick = ordered.findLast(({ results }) => isMicro(results))?.results.scenario.target;
  const unlikeNewest: Remark[] = [];
  const runs = ordered.flatMap(({ file, results }) => {
    // a part's ratio to another piece of work is no ns of this one, whatever the user is content with
    if (isMicro(results) && results.scenario.target !== yardstick)
      return leaveOut(file, "was measured against another yardstick than the newest parts of tracing");
    const differences = unlike(["it", results], ["the newest", newest.results]);
    if (differences.length === 0) return [results];
    const reason = `is unlike the newest run: ${differences.join("; ")}`;
    if (!anyway) return leaveOut(file, `${reason} (--anyway follows it too)`);
    unlikeNewest.push({ file, reason });
    return [results];
  });
  return { runs, series: historyOf(runs), leftOut: told(leftOut), unlike: told(unlikeNewest) };
}

interface Remark {
  readonly file: string;
  /** What is said of the file, in words that go on after its name. */
  readonly reason: string;
}

const REASONS_TOLD = 5;

/** A line a reason, of those that most files have. */
function told(remarks: readonly Remark[]): string[] {
  const groups = [...Map.groupBy(remarks, ({ reason }) => reason)].toSorted(([, a], [, b]) => b.length - a.length);
  const lines = groups.slice(0, REASONS_TOLD).map(([reason, [first, ...others]]) => {
    const file = `"${first!.file}"`;
    return others.length === 0 ? `${file} ${reason}` : `${others.length + 1} files such as ${file}: each ${reason}`;
  });
  const rest = groups.slice(REASONS_TOLD).reduce((sum, [, files]) => sum + files.length, 0);
  return rest === 0 ? lines : [...lines, `${rest} more files for other reasons`];
}

/** A run that was interrupted before its first trial, or of which all are void, is nothing to measure others by. */
function hasFigures({ records }: Results): boolean {
  return records.some(({ ending, valid }) => ending === "completed" && valid);
}

function startOf({ environment }: Results): string {
  return environment.startedAt;
}
