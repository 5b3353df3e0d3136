import { markdownTable } from "markdown-table";
import { escapeControls } from "../../base/escape.ts";
import {
  type Fact,
  type Page,
  type ReportPage,
  type Table,
  type WarningGroup,
  headText,
  withNotesOnce,
} from "../report.ts";
import { warningSummary } from "../warnings.ts";

/** The report as GitHub-flavoured Markdown, for pull requests and job summaries. */
export function renderMarkdown(unescaped: Page & Partial<Pick<ReportPage, "method" | "setting">>): string {
  const report = escapeControls(unescaped);
  const { method = [], setting = [] } = report;
  const facts = (list: readonly Fact[]): string =>
    list.map(({ label, value }) => `${plain(label)} ${code(value)}`).join(" · ");
  const blocks = [
    `**${plain(report.title)}**`,
    ...[...report.caveats, ...warningSummary(report.warnings)].map((caveat) => `> ⚠️ ${plain(caveat)}`),
    facts(report.constants),
    ...withNotesOnce(report.tables.filter(({ isDetail }) => !isDetail)).flatMap(tableBlocks),
    ...(report.warnings.length > 0 ? ["### Warnings", report.warnings.map(warningItem).join("\n")] : []),
    folded("How it was measured", method.map((sentence) => `- ${plain(sentence)}`).join("\n")),
    folded("Machine and software", facts(setting)),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function tableBlocks(table: Table): string[] {
  const grid = table.rows.length === 0 ? [] : [tableMarkdown(table)];
  const { code: paste } = table;
  const fenced = paste === undefined ? [] : [`\`\`\`${paste.language}\n${paste.text.trimEnd()}\n\`\`\``];
  return [`### ${plain(table.title)}`, plain(table.about), ...grid, ...fenced, ...table.notes.map(plain)].filter(
    (block) => block !== "",
  );
}

/** The table by itself, without its title. */
export function tableMarkdown({ columns, rows }: Pick<Table, "columns" | "rows">): string {
  const head = columns.map((column) => plain(headText(column)));
  const body = rows.map((row) => row.map(({ text, tone }) => (tone === "bad" ? `**${plain(text)}**` : plain(text))));
  const align = columns.map((column) => (column.numeric ? "r" : "l"));
  return markdownTable([head, ...body], { align });
}

function warningItem({ code: name, extent, cases, invalidates }: WarningGroup): string {
  const items = cases.map(
    ({ message, fix, places }) => `  - ${plain(message)} (${plain(places.join("; "))}) Fix: ${plain(fix)}`,
  );
  return [`- ${code(name)} (${plain(extent)})${invalidates ? ", **invalid**" : ""}`, ...items].join("\n");
}

function folded(summary: string, body: string): string {
  return body === "" ? "" : `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Text that stays text, because names come from the user. Leaves alone what has no meaning within words: `always_on`, `[1, 2]`. */
export function plain(text: string): string {
  return escapeControls(text)
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
