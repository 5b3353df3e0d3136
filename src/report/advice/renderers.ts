import { styleText } from "node:util";
import type { Advice } from "../../estimate/advise/advise.ts";
import type { Table } from "../report.ts";
import { plain, tableMarkdown } from "../reporters/markdown.ts";
import { renderTerminal, type Medium } from "../reporters/terminal.ts";
import { wrap } from "../reporters/text-table.ts";
import { words } from "../tables/table.ts";
import type { AdvicePage } from "./advice-page.ts";

const EMPTY = { title: "", caveats: [], constants: [], tables: [], warnings: [] };

/** The page for a terminal: answer, settings and cost, reasons, configuration, caveats, variants. */
export function adviceTerminal(page: AdvicePage, medium: Medium): string {
  const bold = (text: string): string => (medium.color ? styleText("bold", text, { validateStream: false }) : text);
  const pastes = page.pastes.map(
    ({ title, text }) => `${wrap(title, medium.width).map(bold).join("\n")}\n\n${text.trimEnd()}\n`,
  );
  return [
    renderTerminal({ ...EMPTY, title: page.title, tables: [...factsTables(page), ...reasonsTables(page)] }, medium),
    ...pastes,
    renderTerminal({ ...EMPTY, caveats: page.caveats, tables: [page.variants] }, medium),
  ].join("\n");
}

/** The page as Markdown, in the same order. */
export function adviceMarkdown(page: AdvicePage): string {
  const { title, reasons, pastes, caveats, variants } = page;
  const blocks = [
    `**${plain(title)}**`,
    ...factsTables(page).map(tableMarkdown),
    reasons.map((reason) => `- ${plain(reason)}`).join("\n"),
    ...pastes.map(
      ({ title: heading, language, text }) => `${plain(heading)}\n\n\`\`\`${language}\n${text.trimEnd()}\n\`\`\``,
    ),
    ...caveats.map((caveat) => `> ⚠️ ${plain(caveat)}`),
    tableMarkdown(variants),
    [variants.about, ...variants.notes].map(plain).join("\n\n"),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** The page and the figures behind it, without records. A value that does not exist is null. */
export function adviceJson(page: AdvicePage, advice: Advice): string {
  const variants = advice.assessed.map(({ candidate, projection, standings }) => ({
    variant: candidate.variant.id,
    service: candidate.service?.id ?? null,
    figures: candidate.figures,
    lack: candidate.lack ?? null,
    onFront: advice.front.has(candidate),
    standings,
    projection: projection ?? null,
  }));
  const { chosen, wishes, queue, collector } = advice;
  const { outcome, title, facts, reasons, pastes, caveats } = page;
  const words = { outcome, title, facts, reasons, pastes, caveats };
  const own = { chosen: chosen?.candidate.variant.id ?? null, wishes, queue: queue ?? null };
  const all = { ...words, ...own, collector: collector ?? null, variants };
  return `${JSON.stringify(all, null, 2)}\n`;
}

function factsTables({ facts }: AdvicePage): Table[] {
  if (facts.length === 0) return [];
  const rows = facts.map(({ label, value }) => [{ text: label }, { text: value }]);
  return [listTable("settings", "Recommended settings and their cost", ["what", "value"], rows)];
}

function reasonsTables({ reasons }: AdvicePage): Table[] {
  if (reasons.length === 0) return [];
  return [{ ...listTable("reasons", "Reasons", [], []), notes: reasons }];
}

function listTable(id: string, title: string, columns: readonly string[], rows: Table["rows"]): Table {
  return {
    id,
    title,
    about: "",
    columns: columns.map((column) => words(column)),
    rows,
    notes: [],
  };
}
