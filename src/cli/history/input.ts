import { UserError } from "../../base/problem.ts";
import { historyOf } from "../../estimate/history.ts";
import { readResults } from "../../record/file.ts";
import type { HistoryInput } from "../../report/history/history.ts";
import { differencesOf } from "../compare/input.ts";
import type { ReadRun, Unread } from "./read-run.ts";
import { readRuns } from "./read-runs.ts";

/** Reads the runs of the setting that most files share. Throws a `UserError` if there is no figure to follow. */
export async function historyInput(files: readonly string[], anyway: boolean): Promise<HistoryInput> {
  const read = await readRuns(files);
  const leftOut = read.filter((one) => "reason" in one);
  const unlike: Unread[] = [];
  const measured = read
    .flatMap((one) => ("reason" in one ? [] : [one]))
    .toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
  const usual = usualOf(measured);
  if (usual === undefined) throw new UserError(`history: no results file to follow: ${linesOf(leftOut).join("; ")}`);
  const followed = measured.filter(({ file, conditions }) => {
    const [difference, ...more] = differencesOf(["it", conditions], ["the others", usual.conditions]);
    if (difference === undefined) return true;
    const reason = `differs from the setting of most files, as of "${usual.file}": ${difference}${more.length === 0 ? "" : `, and ${more.length} more`}`;
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
    leftOut: [
      ...(leftOut.length > 1 ? [`${leftOut.length} of ${files.length} files, for these reasons`] : []),
      ...linesOf(leftOut),
    ],
    unlike: linesOf(unlike),
  };
}

/** The newest run of the setting that most runs share; of settings of as many, of the newest. Undefined without a run. */
function usualOf(measured: readonly ReadRun[]): ReadRun | undefined {
  const counts = new Map<ReadRun, number>();
  for (const run of measured.toReversed()) {
    const isAlike = ({ conditions }: ReadRun): boolean =>
      differencesOf(["it", run.conditions], ["others", conditions]).length === 0;
    const newest = [...counts.keys()].find(isAlike) ?? run;
    counts.set(newest, (counts.get(newest) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
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
