import type { Estimate } from "../../estimate/estimate.ts";
import type { Phase } from "../../spec/phases.ts";
import { countText, estimateText, UNBACKED_NOTE, type Figure } from "../format.ts";
import { noFigures } from "../health.ts";
import type { Cell, Column, Table } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";

export const NONE: Cell = { text: "–" };
export const UNKNOWN: Cell = { text: "unknown", tone: "doubtful" };

/** A column of words. */
export function words(title: string, unit?: string): Column {
  return { title, unit, numeric: false };
}

/** A column of figures. */
export function figures(title: string, unit?: string): Column {
  return { title, unit, numeric: true };
}

/** The cell of a figure, doubtful without an interval. */
export function figureCell<F extends Figure>(figure: F | undefined, text: (figure: F) => string): Cell {
  if (figure === undefined) return NONE;
  return { text: text(figure), value: figure.center, tone: figure.low === undefined ? "doubtful" : undefined };
}

/** The cell of an estimate, whose warnings become the report's. */
export function estimateCell(
  estimate: Estimate | undefined,
  text: (estimate: Estimate) => string = estimateText,
): Cell {
  return { ...figureCell(estimate, text), ...(estimate && { estimate }) };
}

/** Undefined is unknown, never 0. */
export function countCell(value: number | undefined): Cell {
  return value === undefined ? UNKNOWN : { text: countText(value), value };
}

/** The table, unless it has no row. Notes say what its figures rest on. */
export function shownTable(table: Pick<Table, "id" | "title" | "columns" | "rows"> & Partial<Table>): Table[] {
  const { rows, notes = [] } = table;
  return rows.length === 0 ? [] : [{ about: "", ...table, notes: [...notesOf(rows.flat()), ...notes] }];
}

/** A column that shows one estimate of each variant. */
export interface MetricColumn extends Column {
  readonly pick: (run: Run, variant: ShownVariant) => Estimate | undefined;
  /** By the unit, if absent. */
  readonly text?: ((estimate: Estimate) => string) | undefined;
}

type Head = Pick<Table, "id" | "title" | "about"> &
  Partial<Pick<Table, "isDetail" | "notes">> & { readonly phase?: Phase };

/**
 * One row a variant; columns without any figure are left out. `reasonOf`: of a row without any; undefined leaves it out. If all
 * trials of the phase are invalid, the table has the reason in place of rows.
 */
export function metricTable(
  run: Run,
  { phase, ...head }: Head,
  columns: readonly MetricColumn[],
  reasonOf: (run: Run, variant: ShownVariant) => string | undefined = () => undefined,
): Table[] {
  const shown = columns.filter(({ pick }) => run.variants.some((variant) => pick(run, variant) !== undefined));
  if (shown.length === 0) {
    const notes = phase === undefined ? [] : noFigures(run.results, run.results.records, (one) => one === phase);
    return notes.length === 0 ? [] : [{ ...head, columns: [], rows: [], notes }];
  }
  const rows = run.variants.flatMap((variant): Cell[][] => {
    const cells = shown.map(({ pick, text }) => estimateCell(pick(run, variant), text));
    const isEmpty = cells.every(({ estimate }) => estimate === undefined);
    const reason = isEmpty ? reasonOf(run, variant) : undefined;
    if (isEmpty && reason === undefined) return [];
    return [[{ text: variant.label }, ...(reason === undefined ? cells : cells.with(0, { text: reason }))]];
  });
  const heads = shown.map(({ title, unit, numeric }) => ({ title, unit, numeric }));
  return shownTable({ ...head, columns: [words("variant"), ...heads], rows });
}

function notesOf(cells: readonly Cell[]): string[] {
  const estimates = cells.flatMap(({ estimate }) => estimate ?? []);
  // a metric may lack a figure in some rounds of every variant
  const byMetric = Map.groupBy(estimates, ({ phase, metric }) => `${phase} ${metric}`);
  const rounds = [...byMetric.values()].map((same) => same.map(({ n }) => n));
  const differs = rounds.find((all) => Math.min(...all) < Math.max(...all));
  return [
    ...(differs === undefined
      ? []
      : [
          `Not every variant has every round: figures rest on ${Math.min(...differs)} to ${Math.max(...differs)} rounds, a change on the rounds that both variants have.`,
        ]),
    ...(cells.some(({ value, tone }) => value !== undefined && tone === "doubtful") ? [UNBACKED_NOTE] : []),
  ];
}
