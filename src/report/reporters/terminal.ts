import { styleText } from "node:util";
import CliTable from "cli-table3";
import type { Cell, Column, Report, Table, WarningGroup } from "../report.ts";
import { warnedOf } from "../warnings.ts";
import { fitTables } from "./fit.ts";
import type { Medium, ReporterKind } from "./kind.ts";

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const TONES = { good: "green", bad: "red", doubtful: "dim" } as const;
const PLACES_TOLD = 3;
const CASES_TOLD = 4;

/** What a terminal shows of a report; other commands than `report` have no more than this. */
export type Page = Pick<Report, "title" | "caveats" | "constants" | "tables" | "warnings">;

/** The report for a terminal: the answer first, then a table a phase, then the warnings. */
export function renderTerminal(report: Page, { color, width }: Medium): string {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const blocks = [
    wrap(report.title, width).map((line) => paint("bold", line)),
    [
      ...report.caveats.flatMap((caveat) => wrap(`! ${caveat}`, width, "  ")).map((line) => paint("red", line)),
      ...warnedOf(report.warnings)
        .flatMap((line) => wrap(`! ${line}`, width, "  "))
        .map((line) => paint("yellow", line)),
    ],
    constantLines(report, width).map((line) => paint("dim", line)),
    ...report.tables.filter(({ isDetail }) => !isDetail).map((table) => tableLines(table, width, paint)),
    wrap(detailsText(report), width).map((line) => paint("dim", line)),
    report.warnings.length > 0 ? [paint("bold", "Warnings")] : [],
    ...report.warnings.map((group) => warningLines(group, width, paint)),
  ];
  const told = blocks.filter((block) => block.some((line) => line !== ""));
  return `${told.map((block) => block.join("\n")).join("\n\n")}\n`;
}

/** Where the tables are that only the page shows; empty where there are none. */
export function detailsText({ tables }: Pick<Report, "tables">): string {
  const titles = tables.filter(({ isDetail }) => isDetail).map(({ title }) => title);
  return titles.length === 0
    ? ""
    : `On the page (npm run report -- FILE --html PAGE) there are more tables: ${titles.join(" · ")}.`;
}

function constantLines(report: Page, width: number): string[] {
  return wrap(report.constants.map(({ label, value }) => `${label} ${value}`).join(" · "), width);
}

function tableLines(table: Table, width: number, paint: Paint): string[] {
  const parts = fitTables(table, width).map((part) => drawn(part.columns, part.rows, part.widths, paint));
  const about = wrap(table.about, width).map((line) => paint("dim", line));
  const notes = table.notes.flatMap((note) => wrap(note, width, "  ")).map((line) => paint("dim", line));
  return [paint("bold", table.title), ...about, ...parts, ...notes];
}

function drawn(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  widths: readonly number[],
  paint: Paint,
): string {
  const drawing = new CliTable({
    head: columns.map((column) => headText(column)),
    colAligns: columns.map((column) => (column.numeric ? "right" : "left")),
    colWidths: [...widths],
    wordWrap: true,
    chars: LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2, compact: true },
  });
  for (const row of rows) drawing.push(row.map((cell, at) => drawnCell(cell, widths[at]!, paint)));
  return drawing
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** A word that is wider than its column is broken, not cut: names must stay whole. */
function drawnCell(
  { text, tone }: Cell,
  width: number,
  paint: Paint,
): { content: string; wrapOnWordBoundary: boolean } {
  const fits = text.split(/\s+/).every((word) => word.length < width - 1);
  return { content: tone === undefined ? text : paint(TONES[tone], text), wrapOnWordBoundary: fits };
}

export function headText({ title, unit }: Column): string {
  return unit === undefined ? title : `${title} (${unit})`;
}

/** Only a rule under the head: what separates columns is space. */
const LINES = {
  ...Object.fromEntries(
    [
      "top",
      "top-mid",
      "top-left",
      "top-right",
      "bottom",
      "bottom-mid",
      "bottom-left",
      "bottom-right",
      "left",
      "right",
      "middle",
    ].map((name) => [name, ""]),
  ),
  "left-mid": "",
  "right-mid": "",
  mid: "─",
  "mid-mid": "",
};

function warningLines({ code, cases, voids }: WarningGroup, width: number, paint: Paint): string[] {
  const head = `${voids ? "✗" : "!"} ${code}`;
  const more = cases.length > CASES_TOLD ? [`  and ${cases.length - CASES_TOLD} more of this kind`] : [];
  const lines = cases.slice(0, CASES_TOLD).flatMap(({ message, where, fix }, at) => {
    const sameCure = at > 0 && cases[at - 1]!.fix === fix;
    return [
      ...wrap(`  ${message} — ${placesText(where)}`, width, "    "),
      ...(sameCure ? [] : wrap(`  fix: ${fix}`, width, "    ").map((line) => paint("dim", line))),
    ];
  });
  return [paint(voids ? "red" : "yellow", head), ...lines, ...more];
}

export function placesText(where: readonly string[], told = PLACES_TOLD): string {
  const more = where.length > told ? ` and ${where.length - told} more` : "";
  return where.slice(0, told).join("; ") + more;
}

/** Breaks at spaces; lines after the first begin with `indent`. */
function wrap(text: string, width: number, indent = ""): string[] {
  const [lead] = /^ */.exec(text)!;
  const lines: string[] = [];
  let line = lead;
  for (const word of text.trim().split(/[ \n]+/)) {
    const joined = line.trim() === "" ? line + word : `${line} ${word}`;
    if (joined.length > width && line.trim() !== "") {
      lines.push(line);
      line = indent + word;
    } else line = joined;
  }
  return [...lines, line];
}

export const terminal: ReporterKind = {
  name: "terminal",
  about: "tables for people, on a terminal of 100 columns or more",
  example: "terminal",
  fields: {},
  render: renderTerminal,
};
