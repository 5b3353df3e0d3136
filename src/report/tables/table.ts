import type { Estimate } from "../../estimate/estimate.ts";
import type { Phase } from "../../spec/phases.ts";
import { countText, UNBACKED_NOTE, type Figure } from "../format.ts";
import { noFigures } from "../health.ts";
import type { Cell, Column, Table, Tone } from "../report.ts";
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
export function figureCell<F extends Figure>(
  figure: F | undefined,
  text: (figure: F) => string,
  tone?: Tone | false,
): Cell {
  if (figure === undefined) return NONE;
  return { text: text(figure), value: figure.center, tone: figure.low === undefined ? "doubtful" : tone || undefined };
}

/** The cell of an estimate, whose warnings become the report's. */
export function estimateCell(estimate: Estimate | undefined, text: (estimate: Estimate) => string): Cell {
  return { ...figureCell(estimate, text), ...(estimate && { estimate }) };
}

/** Undefined is unknown, never 0. */
export function countCell(value: number | undefined): Cell {
  return value === undefined ? UNKNOWN : { text: countText(value), value };
}

/** The table, unless it has no row. Notes say what its estimates rest on. */
export function shownTable(table: Pick<Table, "id" | "title" | "columns" | "rows"> & Partial<Table>): Table[] {
  const { rows, notes = [] } = table;
  const estimates = rows.flat().flatMap(({ estimate }) => estimate ?? []);
  return rows.length === 0 ? [] : [{ about: "", ...table, notes: [...notesOf(estimates), ...notes] }];
}

/** A column that shows one estimate of each variant. */
export interface MetricColumn extends Column {
  readonly pick: (run: Run, variant: ShownVariant) => Estimate | undefined;
  readonly text: (estimate: Estimate) => string;
}

type Head = Pick<Table, "id" | "title" | "about" | "isDetail"> &
  Partial<Pick<Table, "notes">> & {
    readonly phase?: Phase;
    /** Of a row without any figure; undefined: the row is left out. */
    readonly noFigureText?: (run: Run, variant: ShownVariant) => string | undefined;
  };

/** One row a variant. Columns and rows without any figure are left out; without rows, the table gives the reason, or is left out. */
export function metricTable(
  run: Run,
  { phase, notes: own = [], noFigureText, ...head }: Head,
  columns: readonly MetricColumn[],
): Table[] {
  const shown = columns.filter(({ pick }) => run.variants.some((variant) => pick(run, variant) !== undefined));
  const picked = run.variants.flatMap((variant) => {
    const estimates = shown.map(({ pick }) => pick(run, variant));
    const isEmpty = estimates.every((estimate) => estimate === undefined);
    const text = isEmpty ? noFigureText?.(run, variant) : undefined;
    return isEmpty && text === undefined ? [] : [{ label: variant.label, estimates, text }];
  });
  if (shown.length === 0) {
    const notes = phase === undefined ? [] : noFigures(run.results, (one) => one === phase);
    return notes.length === 0 ? [] : [{ ...head, columns: [], rows: [], notes: [...notes, ...own] }];
  }
  return [
    {
      ...head,
      columns: [words("variant"), ...shown.map(({ title, unit, numeric }) => ({ title, unit, numeric }))],
      rows: picked.map(({ label, estimates, text }) => [
        { text: label },
        ...estimates.map((estimate, at) =>
          at === 0 && text !== undefined ? { text } : estimateCell(estimate, shown[at]!.text),
        ),
      ]),
      notes: [
        ...notesOf(picked.flatMap(({ estimates }) => estimates.filter((estimate) => estimate !== undefined))),
        ...own,
      ],
    },
  ];
}

function notesOf(estimates: readonly Estimate[]): string[] {
  const rounds = [...Map.groupBy(estimates, ({ phase }) => phase).values()].map((same) => same.map(({ n }) => n));
  const differs = rounds.find((all) => Math.min(...all) < Math.max(...all));
  return [
    ...(differs === undefined
      ? []
      : [
          `Not every variant has every round: figures rest on ${Math.min(...differs)} to ${Math.max(...differs)} rounds, a change on the rounds that both variants have.`,
        ]),
    ...(estimates.some(({ low }) => low === undefined) ? [UNBACKED_NOTE] : []),
  ];
}
