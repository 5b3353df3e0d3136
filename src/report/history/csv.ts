import type { HistorySeries } from "../../estimate/history.ts";

/**
 * The figures as CSV for Apache Otava (https://otava.apache.org, test type `csv`), which finds lasting changes: one row a
 * run with the columns `time` and `commit`, and one column a figure, such as `cost cpuUsPerRequest always_on`.
 */
export function historyCsv(series: readonly HistorySeries[]): string {
  const moments = new Map(series.flatMap(({ points }) => points.map(({ startedAt, commit }) => [startedAt, commit])));
  const times = [...moments.keys()].toSorted();
  const header = ["time", "commit", ...series.map(({ phase, metric, variant }) => `${phase} ${metric} ${variant}`)];
  const columns = series.map(({ points }) => new Map(points.map((point) => [point.startedAt, point.estimate.center])));
  const rows = times.map((time) => [
    time,
    moments.get(time)!,
    ...columns.map((column) => String(column.get(time) ?? "")),
  ]);
  return [header, ...rows].map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
