import type { Cell, Column, Table } from "../report.ts";

export interface FittedTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Of each column in characters, the space after it included. */
  readonly widths: readonly number[];
}

const GAP = 2;
const NARROWEST_TEXT = 22;

/**
 * A table as one or more that are no wider than the terminal: text columns are narrowed first (they wrap),
 * and where that is not enough, columns go into a further table that repeats the first.
 */
export function fitTables(table: Table, width: number): FittedTable[] {
  const natural = table.columns.map((column, at) => naturalWidth(table, column, at));
  const narrowed = narrow(table.columns, natural, width);
  return groups(narrowed, width).map((group) => ({
    columns: group.map((at) => table.columns[at]!),
    rows: table.rows.map((row) => group.map((at) => row[at]!)),
    widths: group.map((at) => narrowed[at]!),
  }));
}

function naturalWidth(table: Table, { title, unit }: Column, at: number): number {
  const head = unit === undefined ? title.length : title.length + unit.length + 3;
  const cells = table.rows.flatMap((row) => row[at]!.text.split("\n").map((line) => line.length));
  return GAP + cells.reduce((widest, length) => Math.max(widest, length), head);
}

/** Takes what is too much from the widest text columns. */
function narrow(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const byWidth = columns.map((_, at) => at).toSorted((a, b) => widths[b]! - widths[a]!);
  for (const at of byWidth) {
    const excess = sum(widths) - width;
    if (excess <= 0) break;
    if (!columns[at]!.numeric) widths[at] = Math.min(widths[at]!, Math.max(NARROWEST_TEXT, widths[at]! - excess));
  }
  return widths;
}

/** Indices of the columns of each table; the first column is in all of them. */
function groups(widths: readonly number[], width: number): number[][] {
  const all: number[][] = [[0]];
  let used = widths[0]!;
  for (let at = 1; at < widths.length; at++) {
    const current = all.at(-1)!;
    if (used + widths[at]! > width && current.length > 1) {
      all.push([0, at]);
      used = widths[0]! + widths[at]!;
    } else {
      current.push(at);
      used += widths[at]!;
    }
  }
  return all;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
