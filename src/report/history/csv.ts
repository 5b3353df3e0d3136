import type { HistorySeries } from "../../estimate/history.ts";

interface HistoryCsv {
  readonly text: string;
  /** Runs. */
  readonly leftOut: number;
  /** Such as `cost mainThreadUsPerRequest`. */
  readonly metricsLeftOut: readonly string[];
}

/**
 * The figures as CSV for Apache Otava (https://otava.apache.org, test type `csv`), which finds lasting changes: one row a
 * run with the columns `time` and `commit`, and one column a figure of the newest run, such as `cost cpuUsPerRequest
 * always_on`. Otava takes no gaps: a metric that some run has of no variant, since its Spantoll did not know it, is left out, and
 * then each run that lacks a figure.
 */
export function historyCsv(series: readonly HistorySeries[]): HistoryCsv {
  const moments = new Map(series.flatMap(({ points }) => points.map(({ startedAt, commit }) => [startedAt, commit])));
  const times = [...moments.keys()].toSorted();
  const known = series
    .map(({ phase, metric, variant, points }) => ({
      phase,
      kind: `${phase} ${metric}`,
      name: `${phase} ${metric} ${variant}`,
      values: new Map(points.map(({ startedAt, estimate }) => [startedAt, estimate.center])),
    }))
    .filter(({ values }) => values.has(times.at(-1)!));
  const hasAny = (time: string, is: (column: (typeof known)[number]) => boolean): boolean =>
    known.some((column) => is(column) && column.values.has(time));
  const unknown = new Set(
    known.flatMap(({ phase, kind }) =>
      times.some(
        (time) => hasAny(time, (other) => other.phase === phase) && !hasAny(time, (other) => other.kind === kind),
      )
        ? [kind]
        : [],
    ),
  );
  const columns = known.filter(({ kind }) => !unknown.has(kind));
  const whole = times.filter((time) => columns.every(({ values }) => values.has(time)));
  const header = ["time", "commit", ...columns.map(({ name }) => name)];
  const rows = whole.map((time) => [
    time,
    moments.get(time)!,
    ...columns.map(({ values }) => String(values.get(time)!)),
  ]);
  const text = [header, ...rows].map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
  return { text, leftOut: times.length - whole.length, metricsLeftOut: [...unknown] };
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
