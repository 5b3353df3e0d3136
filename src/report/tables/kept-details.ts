/** What sampling kept, in every respect: details below the summary. */
import { ABOUT, AMOUNT, ERRORS, SEEN, type FidelityColumn } from "../fidelity-columns.ts";
import { keptFigure } from "../kept.ts";
import type { Table } from "../report.ts";
import type { Run } from "../run.ts";
import { metricTable, type MetricColumn } from "./columns.ts";

export function keptDetailTables(run: Run): Table[] {
  const details = [
    detail(run, "kept-amount", "How much was kept", ABOUT.amount, AMOUNT),
    detail(run, "kept-seen", "Failed, slow, rare and distinct", ABOUT.seen, SEEN),
    detail(run, "kept-errors", "Estimates from the kept traces", ABOUT.errors, ERRORS, [WEIGHT]),
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
