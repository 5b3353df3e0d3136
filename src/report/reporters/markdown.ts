import { markdownTable } from "markdown-table";
import type { Report, Table, WarningGroup } from "../report.ts";
import type { ReporterKind } from "./kind.ts";
import { warnedOf } from "../warnings.ts";
import { detailsText, headText, placesText } from "./terminal.ts";

/** The report as GitHub-flavoured Markdown, for pull requests and job summaries. */
export function renderMarkdown(report: Report): string {
  const facts = (list: Report["constants"]): string =>
    list.map(({ label, value }) => `${plain(label)} ${code(value)}`).join(" · ");
  const details = detailsText(report);
  const blocks = [
    `**${plain(report.title)}**`,
    ...[...report.caveats, ...warnedOf(report.warnings)].map((caveat) => `> ⚠️ ${plain(caveat)}`),
    facts(report.constants),
    ...report.tables.filter(({ isDetail }) => !isDetail).flatMap(tableBlocks),
    ...(details === "" ? [] : [plain(details)]),
    ...(report.warnings.length > 0 ? ["### Warnings", report.warnings.map(warningItem).join("\n")] : []),
    folded("How it was measured", report.method.map((sentence) => `- ${plain(sentence)}`).join("\n")),
    folded("Machine and software", facts(report.setting)),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function tableBlocks(table: Table): string[] {
  return [`### ${plain(table.title)}`, plain(table.about), tableMarkdown(table), ...table.notes.map(plain)];
}

/** The table by itself, without its title. */
export function tableMarkdown({ columns, rows }: Pick<Table, "columns" | "rows">): string {
  const head = columns.map((column) => plain(headText(column)));
  const body = rows.map((row) =>
    row.map((cell) => (cell.tone === "bad" ? `**${plain(cell.text)}**` : plain(cell.text))),
  );
  const align = columns.map((column) => (column.numeric ? "r" : "l"));
  return markdownTable([head, ...body], { align });
}

function warningItem({ code: name, cases, voids }: WarningGroup): string {
  const items = cases.map(
    ({ message, fix, where }) => `  - ${plain(message)} (${plain(placesText(where))}) Cure: ${plain(fix)}`,
  );
  return [`- ${voids ? "**void** " : ""}${code(name)}`, ...items].join("\n");
}

function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Text that stays text: names come from the user. Leaves alone what means nothing within words: `always_on`, `[1, 2]`. */
export function plain(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*~|]/g, String.raw`\$&`)
    .replaceAll(/(?<!\w)_|_(?!\w)/g, String.raw`\_`)
    .replaceAll(/\](?=[[(])/g, String.raw`\]`)
    .replaceAll("@", "&#64;")
    .replaceAll(/\s*\n\s*/g, "<br>");
}

function code(text: string): string {
  return text.includes("`") || text.includes("\n") ? plain(text) : `\`${text.replaceAll("|", "\\|")}\``;
}

export const markdown: ReporterKind = {
  name: "markdown",
  about: "GitHub-flavoured Markdown, for pull requests and job summaries",
  example: "markdown",
  fields: {},
  render: (report) => renderMarkdown(report),
};
