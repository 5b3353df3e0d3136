import { UserError } from "../../base/problem.ts";
import { historyOf } from "../../estimate/history.ts";
import { readResults } from "../../record/file.ts";
import type { HistoryInput } from "../../report/history/history.ts";
import { differencesOf } from "../compare/input.ts";
import type { ReadRun, Unread } from "./read-run.ts";
import { readRuns } from "./read-runs.ts";

/** Reads the runs that can be compared with the newest. Throws a `UserError` if there is no figure to follow. */
export async function historyInput(files: readonly string[], anyway: boolean): Promise<HistoryInput> {
  const read = await readRuns(files);
  const leftOut = read.filter((one) => "reason" in one);
  const unlike: Unread[] = [];
  const measured = read
    .flatMap((one) => ("reason" in one ? [] : [one]))
    .toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
  const newest = measured.at(-1)?.conditions;
  if (newest === undefined) throw new UserError(`history: no results file to follow: ${linesOf(leftOut).join("; ")}`);
  const followed = measured.filter(({ file, conditions }) => {
    const differences = differencesOf(["it", conditions], ["the newest", newest]);
    if (differences.length === 0) return true;
    const reason = `differs from the newest run: ${differences.join("; ")}`;
    if (anyway) unlike.push({ file, reason });
    else leftOut.push({ file, reason: `${reason} (--anyway follows it too)` });
    return anyway;
  });
  const lastTwo = followed.slice(-2).map(({ file }) => readResults(file));
  const series = historyOf(followed, lastTwo);
  if (series.length === 0)
    throw new UserError(
      "history: no figure to follow: it follows changes against the baseline, and these files have no other variant or no valid baseline",
    );
  return {
    runs: followed.map(({ conditions }) => conditions),
    newest: lastTwo.at(-1)!,
    series,
    unavailable: followed.flatMap(({ unavailable }) => unavailable),
    leftOut: linesOf(leftOut),
    unlike: linesOf(unlike),
  };
}

const MOST_REASONS = 5;

/** One line for each reason, the most frequent first. */
function linesOf(remarks: readonly Unread[]): string[] {
  const groups = [...Map.groupBy(remarks, ({ reason }) => reason)].toSorted(([, a], [, b]) => b.length - a.length);
  const lines = groups.slice(0, MOST_REASONS).map(([reason, [first, ...others]]) => {
    const file = `"${first!.file}"`;
    return others.length === 0 ? `${file} ${reason}` : `${others.length + 1} files such as ${file}: each ${reason}`;
  });
  const rest = groups.slice(MOST_REASONS).reduce((sum, [, files]) => sum + files.length, 0);
  return rest === 0 ? lines : [...lines, `${rest} more files for other reasons`];
}

function startOf({ conditions }: ReadRun): string {
  return conditions.environment.startedAt;
}
