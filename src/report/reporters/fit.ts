import type { Cell, Column, Table } from "../report.ts";

export interface FittedTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Of each column in characters, the space after it included. */
  readonly widths: readonly number[];
}

const GAP = 2;

/**
 * A table as one or more that are no wider than the terminal: text columns are narrowed (they wrap), and where that is
 * not enough for all columns, those that do not fit beside the others go into a further table that repeats the first.
 */
export function fitTables(table: Table, width: number): FittedTable[] {
  const natural = table.columns.map((column, at) => naturalWidth(table, column, at));
  const all = table.columns.map((_, at) => at);
  const fits = sum(narrow(table, all, natural, width)) <= width;
  const [first = 0, ...others] = natural;
  const parts = fits ? [all] : groups([Math.min(first, Math.floor(width / 2)), ...others], width);
  return parts.map((group) => ({
    columns: group.map((at) => table.columns[at]!),
    rows: table.rows.map((row) => group.map((at) => row[at]!)),
    widths: narrow(table, group, natural, width),
  }));
}

function naturalWidth(table: Table, { title, unit }: Column, at: number): number {
  const head = unit === undefined ? title.length : title.length + unit.length + 3;
  const cells = table.rows.flatMap((row) => row[at]!.text.split("\n").map((line) => line.length));
  return GAP + cells.reduce((widest, length) => Math.max(widest, length), head);
}

/** Takes what is too much from the text columns, always from the widest, down to their longest word, which may be broken where it is half as wide as the terminal. */
function narrow(table: Table, group: readonly number[], natural: readonly number[], width: number): number[] {
  const widths = group.map((at) => natural[at]!);
  const least = group.map((at) =>
    table.columns[at]!.numeric ? natural[at]! : Math.min(Math.floor(width / 2), narrowest(table, at)),
  );
  for (let excess = sum(widths) - width; excess > 0; excess--) {
    const shrinkable = widths.map((own, at) => (own > least[at]! ? own : 0));
    const widest = shrinkable.indexOf(Math.max(...shrinkable));
    if (shrinkable[widest] === 0) break;
    widths[widest]!--;
  }
  return widths;
}

function narrowest(table: Table, at: number): number {
  const words = table.rows.flatMap((row) => row[at]!.text.split(/\s+/)).map((word) => word.length);
  return GAP + Math.max(table.columns[at]!.title.length, ...words);
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
