import { styleText } from "node:util";
import { escapeControls } from "../../base/escape.ts";
import {
  type Page,
  type Table,
  type WarningGroup,
  headText,
  type Cell,
  type Column,
  type Tone,
  withNotesOnce,
} from "../report.ts";
import { warningSummary } from "../warnings.ts";
import { total } from "../../base/sum-of.ts";

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

const TONES = { good: "green", bad: "red", doubtful: "dim" } as const;
const MOST_WARNINGS = 8;

/** The place that the text goes to. */
export interface Medium {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** With how each table was measured, detail tables, and all warnings with their fixes. */
  readonly verbose?: boolean;
}

/** The report for a terminal: the answer, the tables, the warnings. */
export function renderTerminal(page: Page, medium: Medium): string {
  const { title, caveats, constants, tables, warnings } = escapeControls(page);
  const { color, width, verbose = false } = medium;
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const marked = (style: Parameters<Paint>[0], lines: readonly string[]): string[] =>
    lines.flatMap((line) => wrap(`! ${line}`, width, "  ")).map((line) => paint(style, line));
  const facts = constants.map(({ label, value }) => `${label} ${value}`).join(" · ");
  const hasMore = warnings.length > 0 || tables.some(({ isDetail }) => isDetail);
  const blocks = [
    wrap(title, width).map((line) => paint("bold", line)),
    [...marked("red", caveats), ...marked("yellow", warningSummary(warnings))],
    wrap(facts, width).map((line) => paint("dim", line)),
    ...withNotesOnce(tables.filter(({ isDetail }) => verbose || !isDetail)).map((table) =>
      tableLines(table, width, verbose, paint),
    ),
    ...warningBlocks(warnings, width, verbose, paint),
    hasMore && !verbose ? [paint("dim", "With --verbose: every table and warning in full.")] : [],
  ];
  const shown = blocks.filter((block) => block.some((line) => line !== ""));
  return `${shown.map((block) => block.join("\n")).join("\n\n")}\n`;
}

function tableLines(table: Table, width: number, verbose: boolean, paint: Paint): string[] {
  const dim = (text: string, indent = ""): string[] => wrap(text, width, indent).map((line) => paint("dim", line));
  return [
    paint("bold", table.title),
    ...((verbose || table.code) && table.about !== "" ? dim(table.about) : []),
    ...(table.rows.length === 0 ? [] : drawTable(table, width, (tone, text) => paint(TONES[tone], text))),
    ...(table.code === undefined ? [] : ["", ...table.code.text.trimEnd().split("\n")]),
    ...table.notes.flatMap((note) => dim(note, "  ")),
  ];
}

/** The commonest case of each code, with its own count, and the first step of its fix; with `verbose` every case with its places and its fix. */
function warningBlocks(warnings: readonly WarningGroup[], width: number, verbose: boolean, paint: Paint): string[][] {
  if (warnings.length === 0) return [];
  const heading = paint("bold", "Warnings");
  const headOf = ({ code, extent, invalidates }: WarningGroup): string =>
    `${invalidates ? "✗" : "!"} ${code} (${extent})`;
  const styleOf = ({ invalidates }: WarningGroup): "red" | "yellow" => (invalidates ? "red" : "yellow");
  if (!verbose) {
    const lines = warnings.slice(0, MOST_WARNINGS).flatMap((group) => {
      const [{ message, fix, count }, ...others] = group.cases as [WarningGroup["cases"][number]];
      const part = others.length === 0 ? "" : `, ${count} of them`;
      const text = `${headOf(group)}${part}: ${message.replaceAll("\n", " ")}; fix: ${firstStep(fix)}`;
      return wrap(text, width, "  ").map((line) => paint(styleOf(group), line));
    });
    const more = warnings.length - MOST_WARNINGS;
    return [[heading, ...lines, ...(more > 0 ? [`and ${more} more ${more === 1 ? "kind" : "kinds"}`] : [])]];
  }
  return [
    [heading],
    ...warnings.map((group) => [
      paint(styleOf(group), headOf(group)),
      ...group.cases.flatMap(({ message, places, fix }) => [
        ...wrap(`  ${message} (${places.join("; ")})`, width, "    "),
        ...wrap(`  fix: ${fix}`, width, "    ").map((line) => paint("dim", line)),
      ]),
    ]),
  ];
}

/** `lower --rate, or free the cores that …` is `lower --rate`. */
function firstStep(fix: string): string {
  return fix.split(/[;:] |, (?:or|and) /, 1)[0]!;
}

const GAP = 2;
/** Text columns are not made narrower than this. */
const NARROW = 14;

/** Paints the text of a cell. */
type PaintTone = (tone: Tone, text: string) => string;

/**
 * The lines of a table no wider than the terminal. Text columns are narrowed first. If that is not enough, the columns
 * that do not fit go into a further table that repeats the first column.
 */
function drawTable({ columns, rows }: Pick<Table, "columns" | "rows">, width: number, paint: PaintTone): string[] {
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
function wrap(text: string, width: number, indent = ""): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(/ +/).flatMap((one) => breakWord(one, width - indent.length))) {
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
