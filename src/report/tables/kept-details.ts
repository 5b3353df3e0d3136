/** What sampling kept, in every respect that is judged: for those who look closer than the summary. */
import {
  ABOUT,
  AMOUNT,
  classColumn,
  EQUAL_BUDGET,
  FAILURES,
  INTEGRITY,
  routeColumns,
  SEEN,
  TOLD,
  type FidelityColumn,
} from "../fidelity-columns.ts";
import { keptFigure } from "../kept.ts";
import type { Cell, Table } from "../report.ts";
import type { Run } from "../run.ts";
import { metricTable, type MetricColumn } from "./columns.ts";

export function keptDetailTables(run: Run): Table[] {
  const classes = namesAfter(run, "classRecall:").map(classColumn);
  const details = [
    detail(run, "kept-amount", "How much was kept", ABOUT.amount, AMOUNT),
    detail(run, "kept-failures", "Failures kept, and each class", ABOUT.failures, [...FAILURES, ...classes]),
    detail(run, "kept-seen", "Slow, rare and distinct", ABOUT.seen, SEEN),
    detail(run, "kept-told", "What the kept traces tell of all", ABOUT.told, TOLD, [WEIGHT]),
    detail(run, "kept-integrity", "In which state", ABOUT.integrity, INTEGRITY),
    detail(run, "kept-equal-budget", "At equal span budget", ABOUT.equalBudget, EQUAL_BUDGET),
    routeTable(run),
  ];
  return details.flat().map((table) => ({ ...table, isDetail: true }));
}

/** A column of the report for a figure of fidelity. */
export function fidelityColumn({ metric, ...column }: FidelityColumn): MetricColumn {
  return { ...column, numeric: true, pick: (run, variant) => keptFigure(run, variant, metric) };
}

function detail(
  run: Run,
  id: string,
  title: string,
  about: string,
  columns: readonly FidelityColumn[],
  before: readonly MetricColumn[] = [],
): Table[] {
  return metricTable(run, { id, title, about }, [...before, ...columns.map(fidelityColumn)]);
}

/** Whether estimates of the variant have a valid weight: its estimates carry a warning where they have none. */
const WEIGHT: MetricColumn = {
  title: "weight",
  numeric: false,
  pick: (run, variant) => keptFigure(run, variant, "requestCountError"),
  text: ({ center, warnings }) => {
    if (center === -1) return "nothing kept";
    return warnings.some(({ code }) => code === "no-valid-weight") ? "no valid weight" : "valid";
  },
};

function routeTable(run: Run): Table[] {
  const tables = namesAfter(run, "tailRecall:").flatMap((route) => {
    const [table] = metricTable(
      run,
      {
        id: "kept-routes",
        title: "Route by route",
        about: `${ABOUT.seen.split(",")[0]}, and the same errors and distances as above.`,
      },
      routeColumns(route).map(fidelityColumn),
    );
    return table === undefined ? [] : [{ route, table }];
  });
  const [first] = tables;
  if (first === undefined) return [];
  const titles = [...new Set(tables.flatMap(({ table }) => table.columns.map(({ title }) => title)))];
  const rows = tables.flatMap(({ route, table }) =>
    table.rows.map((row): Cell[] => [
      { text: route },
      ...titles.map((title) => row[table.columns.findIndex((column) => column.title === title)] ?? { text: "–" }),
    ]),
  );
  const columns = [{ title: "route", numeric: false }, ...titles.map((title, at) => ({ title, numeric: at > 0 }))];
  return [{ ...first.table, columns, rows }];
}

/** `tailRecall:GET /orders` is `GET /orders` after `tailRecall:`. */
function namesAfter({ estimates }: Run, prefix: string): string[] {
  const names = estimates
    .filter(({ metric }) => metric.startsWith(prefix))
    .map(({ metric }) => metric.slice(prefix.length));
  return [...new Set(names)].filter((name) => !name.endsWith("AtEqualBudget"));
}
