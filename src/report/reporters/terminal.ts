import { styleText } from "node:util";
import { escapeControls } from "../../base/escape.ts";
import type { Report, Table, WarningGroup } from "../report.ts";
import { warningSummary } from "../warnings.ts";
import { drawTable, wrap } from "./text-table.ts";

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

/** What a terminal shows of a report. */
export type Page = Pick<Report, "title" | "caveats" | "constants" | "tables" | "warnings">;

/** The report for a terminal: the answer, the tables, the warnings. */
export function renderTerminal(page: Page, medium: Medium): string {
  const { title, caveats, constants, tables, warnings } = escapeControls(page);
  const { color, width, verbose = false } = medium;
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const marked = (style: Parameters<Paint>[0], lines: readonly string[]): string[] =>
    lines.flatMap((line) => wrap(`! ${line}`, width, "  ")).map((line) => paint(style, line));
  const facts = constants.map(({ label, value }) => `${label} ${value}`).join(" · ");
  const blocks = [
    wrap(title, width).map((line) => paint("bold", line)),
    [...marked("red", caveats), ...marked("yellow", warningSummary(warnings))],
    wrap(facts, width).map((line) => paint("dim", line)),
    ...tables.filter(({ isDetail }) => verbose || !isDetail).map((table) => tableLines(table, width, verbose, paint)),
    ...warningBlocks(warnings, width, verbose, paint),
    verbose ? [] : wrap(hintOf(tables, warnings), width).map((line) => paint("dim", line)),
  ];
  const shown = blocks.filter((block) => block.some((line) => line !== ""));
  return `${shown.map((block) => block.join("\n")).join("\n\n")}\n`;
}

/** What `--verbose` adds. */
function hintOf(tables: readonly Table[], warnings: readonly WarningGroup[]): string {
  const added = [
    ...(warnings.length > 0 ? ["all cases of warnings, with their fixes"] : []),
    ...tables.filter(({ isDetail }) => isDetail).map(({ title }) => title.toLowerCase()),
  ];
  return added.length === 0 ? "" : `With --verbose: ${added.join("; ")}.`;
}

function tableLines(table: Table, width: number, verbose: boolean, paint: Paint): string[] {
  const dim = (text: string, indent = ""): string[] => wrap(text, width, indent).map((line) => paint("dim", line));
  return [
    paint("bold", table.title),
    ...(verbose && table.about !== "" ? dim(table.about) : []),
    ...(table.rows.length === 0 ? [] : drawTable(table, width, (tone, text) => paint(TONES[tone], text))),
    ...table.notes.flatMap((note) => dim(note, "  ")),
  ];
}

/** The first case of each code; with `verbose` every case with its places and its fix. */
function warningBlocks(warnings: readonly WarningGroup[], width: number, verbose: boolean, paint: Paint): string[][] {
  if (warnings.length === 0) return [];
  const heading = paint("bold", "Warnings");
  const headOf = ({ code, extent, invalidates }: WarningGroup): string =>
    `${invalidates ? "✗" : "!"} ${code} (${extent})`;
  const styleOf = ({ invalidates }: WarningGroup): "red" | "yellow" => (invalidates ? "red" : "yellow");
  if (!verbose) {
    const lines = warnings.slice(0, MOST_WARNINGS).flatMap((group) => {
      const text = `${headOf(group)}: ${group.cases[0]!.message.replaceAll("\n", " ")}`;
      return wrap(text, width, "  ").map((line) => paint(styleOf(group), line));
    });
    const more = warnings.length - MOST_WARNINGS;
    return [[heading, ...lines, ...(more > 0 ? [`and ${more} more kinds`] : [])]];
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
