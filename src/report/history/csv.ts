import type { HistorySeries } from "../../estimate/history.ts";

/**
 * The figures as CSV for Apache Otava (https://otava.apache.org, test type `csv`), which finds lasting changes: one row a
 * run with the columns `time` and `commit`, and one column a figure of the newest run, such as `cost cpuUsPerRequest
 * always_on`. Otava takes no gaps, so runs that lack one of these are left out.
 */
export function historyCsv(series: readonly HistorySeries[]): { readonly text: string; readonly leftOut: number } {
  const moments = new Map(series.flatMap(({ points }) => points.map(({ startedAt, commit }) => [startedAt, commit])));
  const times = [...moments.keys()].toSorted();
  const columns = series
    .map(({ phase, metric, variant, points }) => ({
      name: `${phase} ${metric} ${variant}`,
      values: new Map(points.map(({ startedAt, estimate }) => [startedAt, estimate.center])),
    }))
    .filter(({ values }) => values.has(times.at(-1)!));
  const whole = times.filter((time) => columns.every(({ values }) => values.has(time)));
  const header = ["time", "commit", ...columns.map(({ name }) => name)];
  const rows = whole.map((time) => [
    time,
    moments.get(time)!,
    ...columns.map(({ values }) => String(values.get(time)!)),
  ]);
  const text = [header, ...rows].map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
  return { text, leftOut: times.length - whole.length };
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
