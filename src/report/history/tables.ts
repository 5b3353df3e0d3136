import type { HistorySeries } from "../../estimate/history.ts";
import type { Cell, Table } from "../report.ts";
import { UNBACKED_NOTE } from "../format.ts";
import type { HistoryInput } from "./history.ts";
import { changeOf, METRICS, pointText, withoutLossless } from "./words.ts";

const BARS = "▁▂▃▄▅▆▇█";

/** One table for each phase and metric, a row a variant. */
export function trendTables({ series }: HistoryInput): Table[] {
  const shown = withoutLossless(series);
  const groups = [...Map.groupBy(shown, ({ phase, metric }) => `${phase}-${metric}`)];
  const tables = groups.map(([id, own]): Table => {
    const rows = own.map(rowOf);
    return {
      id: `trend-${id}`,
      title: `${METRICS[own[0]!.metric]?.title ?? own[0]!.metric}, ${own[0]!.phase} phase`,
      about: METRICS[own[0]!.metric]?.axis ?? "",
      columns: [
        { title: "variant", numeric: false },
        { title: "trend", numeric: false },
        { title: "first", numeric: true },
        { title: "last", numeric: true },
        { title: "changes", numeric: true },
      ],
      rows,
      notes: rows.some((row) => row.some(({ tone }) => tone === "doubtful")) ? [UNBACKED_NOTE] : [],
    };
  });
  const lossless = series.length - shown.length;
  const last = tables.at(-1);
  if (lossless === 0 || last === undefined) return tables;
  return [
    ...tables.slice(0, -1),
    { ...last, notes: [...last.notes, `Spans lost: none in any run, in ${lossless} series not shown.`] },
  ];
}

function rowOf(series: HistorySeries): Cell[] {
  const { variant, points, changes } = series;
  const figure = (point: (typeof points)[number]): Cell => ({
    text: pointText(series, point.estimate),
    value: point.estimate.center,
    ...(point.estimate.low === undefined && { tone: "doubtful" as const }),
  });
  return [
    { text: variant },
    { text: sparkline(points.map(({ estimate }) => estimate.center)) },
    figure(points[0]!),
    figure(points.at(-1)!),
    { text: String(changes.length), value: changes.length },
  ];
}

/** Eight heights from the least to the most. */
function sparkline(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = most - least || 1;
  return values.map((value) => BARS[Math.round(((value - least) / room) * (BARS.length - 1))]).join("");
}

/** Every change with the first commit after it, the newest first. */
export function changesTable({ series }: HistoryInput): Table[] {
  const found = series.flatMap((one) =>
    one.changes.map((change) => ({ one, change, point: one.points[change.index]! })),
  );
  if (found.length === 0) return [];
  const newest = found.toSorted((a, b) => (a.point.startedAt < b.point.startedAt ? 1 : -1));
  return [
    {
      id: "changes",
      title: "Lasting changes",
      about: "Found by E-divisive, at the first run after each; p is of a permutation test.",
      columns: [
        { title: "commit", numeric: false },
        { title: "measured", numeric: false },
        { title: "figure", numeric: false },
        { title: "change", numeric: false },
        { title: "p", numeric: true },
      ],
      rows: newest.map(({ one, change, point }) => [
        { text: `${point.commit.slice(0, 7)}${point.dirty ? " with changes" : ""}` },
        { text: point.startedAt.slice(0, 16).replace("T", " ") },
        { text: `${METRICS[one.metric]?.title ?? one.metric} of ${one.variant}, ${one.phase}` },
        { text: changeOf(one, change), ...toneOf(one, change.after - change.before) },
        { text: String(Number(change.pValue.toPrecision(2))), value: change.pValue },
      ]),
      notes: [],
    },
  ];
}

function toneOf({ metric }: HistorySeries, difference: number): Pick<Cell, "tone"> {
  const worse = metric === "requestsPerSecond" ? difference < 0 : difference > 0;
  return { tone: worse ? "bad" : "good" };
}
