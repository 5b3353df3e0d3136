import { total } from "../../base/sum-of.ts";
import type { Cell, Column, Table, Tone } from "../report.ts";

const GAP = 2;
/** Text columns are not made narrower than this. */
const NARROW = 14;

/** Paints the text of a cell. */
export type PaintTone = (tone: Tone, text: string) => string;

/**
 * The lines of a table no wider than the terminal. Text columns are narrowed first. If that is not enough, the columns
 * that do not fit go into a further table that repeats the first column.
 */
export function drawTable(
  { columns, rows }: Pick<Table, "columns" | "rows">,
  width: number,
  paint: PaintTone,
): string[] {
  const natural = columns.map((column, at) => longestOf([headText(column), ...rows.map((row) => row[at]!.text)]));
  const least = columns.map(({ numeric }, at) => (numeric ? natural[at]! : Math.min(natural[at]!, NARROW)));
  return groupsOf(least, width).flatMap((group) => {
    const widths = shrink(group, natural, least, width);
    const shown = group.map((at) => columns[at]!);
    const line = (cells: readonly Cell[]): string[] => drawRow(shown, cells, widths, paint);
    return [
      ...line(shown.map((column) => ({ text: headText(column) }))),
      "─".repeat(widthOf(widths)),
      ...rows.flatMap((row) => line(group.map((at) => row[at]!))),
    ];
  });
}

export function headText({ title, unit }: Column): string {
  return unit === undefined ? title : `${title} (${unit})`;
}

/** Positions of the columns of each table. */
function groupsOf(least: readonly number[], width: number): number[][] {
  const groups: number[][] = [[]];
  let used = 0;
  least.forEach((own, at) => {
    if (used + GAP + own > width && groups.at(-1)!.length > 1) {
      groups.push([0]);
      used = least[0]!;
    }
    groups.at(-1)!.push(at);
    used += own + GAP;
  });
  return groups;
}

/** Takes the excess from text columns, always from the widest. */
function shrink(
  group: readonly number[],
  natural: readonly number[],
  least: readonly number[],
  width: number,
): number[] {
  const widths = group.map((at) => natural[at]!);
  for (let excess = widthOf(widths) - width; excess > 0; excess--) {
    const room = widths.map((own, at) => (own > least[group[at]!]! ? own : 0));
    const widest = room.indexOf(Math.max(...room));
    if (room[widest] === 0) break;
    widths[widest]!--;
  }
  return widths;
}

function widthOf(columns: readonly number[]): number {
  return total(columns, (width) => width) + GAP * (columns.length - 1);
}

function drawRow(
  columns: readonly Column[],
  cells: readonly Cell[],
  widths: readonly number[],
  paint: PaintTone,
): string[] {
  const wrapped = cells.map(({ text }, at) => wrap(text, widths[at]!));
  return Array.from({ length: Math.max(...wrapped.map(({ length }) => length)) }, (_, line) =>
    cells
      .map(({ tone }, at) => {
        const text = wrapped[at]![line] ?? "";
        const padded = columns[at]!.numeric ? text.padStart(widths[at]!) : text.padEnd(widths[at]!);
        return tone === undefined ? padded : paint(tone, padded);
      })
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}

/** Breaks at line feeds and spaces, and within a word longer than a line; lines after the first begin with `indent`. */
export function wrap(text: string, width: number, indent = ""): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(/ +/).flatMap((one) => breakWord(one, width))) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = indent + word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    return [...lines, line];
  });
}

/** Pieces of a long word, cut after the parts of a spec string if possible. */
function breakWord(word: string, width: number): string[] {
  if (word.length <= width) return [word];
  const pieces = [""];
  for (const part of word.split(/(?<=[:,/])/).flatMap((one) => one.match(new RegExp(`.{1,${width}}`, "gu")) ?? [])) {
    if (pieces.at(-1)!.length + part.length <= width) pieces[pieces.length - 1] += part;
    else pieces.push(part);
  }
  return pieces.filter((piece) => piece !== "");
}

function longestOf(texts: readonly string[]): number {
  return Math.max(...texts.flatMap((text) => text.split("\n").map(({ length }) => length)));
}
