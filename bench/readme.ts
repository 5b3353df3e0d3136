/**
 * README's generated parts, written between their marks: `npm run readme`.
 *
 *   example   the run of results/example.json: its title, what tracing costs, its picture
 *   details   the same run's capacity, where its spans went, what sampling kept
 *   kinds     all samplers, processors, exporters, backend conditions, targets and scenarios
 *
 * A test holds them against the README.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "markdown-table";
import { listSections } from "../src/cli/list.ts";
import { estimatesOf } from "../src/cli/estimates.ts";
import { readResults } from "../src/record/file.ts";
import type { Results } from "../src/record/results.ts";
import { buildReport } from "../src/report/build.ts";
import type { Report } from "../src/report/report.ts";
import { plain, tableMarkdown } from "../src/report/reporters/markdown.ts";

const REPOSITORY = join(import.meta.dirname, "..");
export const README = join(REPOSITORY, "README.md");
const EXAMPLE = "results/example.json";

/** Each generated part of the README by its name. */
export function generatedParts(): Readonly<Record<string, string>> {
  const results = readResults(join(REPOSITORY, EXAMPLE));
  const report = buildReport(results, estimatesOf(results));
  return { example: exampleOf(results, report), details: tablesOf(report, DETAILS), kinds: kinds() };
}

/** What stands in a text between the marks of a part. Throws where there are none. */
export function partIn(text: string, name: string): string {
  const [, part] = markedBy(name).exec(text) ?? [];
  if (part === undefined) throw new Error(`there are no marks of "${name}"`);
  return part.trim();
}

function markedBy(name: string): RegExp {
  return new RegExp(`(?<=<!-- ${name}:begin -->)(.*?)(?=<!-- ${name}:end -->)`, "s");
}

const FIRST = ["cost", "latency"];
const DETAILS = ["capacity", "spans", "kept"];

function exampleOf(results: Results, report: Report): string {
  const { node, cpu, startedAt, commit } = results.environment;
  const warnings = new Set(report.warnings.map(({ code }) => code));
  return [
    [report.title, ...report.caveats].map((sentence) => `> ${plain(sentence)}`).join("\n>\n"),
    tablesOf(report, FIRST),
    "![The report as a page: overhead with intervals, and latency by percentile](docs/report.png)",
    `Measured on ${startedAt.slice(0, 10)} at commit ${commit.slice(0, 7)} with Node ${node} on ${cpu.model}, ${cpu.cores} cores, a shared virtual machine. Its warnings: ${[...warnings].join(", ")}. The whole run is [${EXAMPLE}](${EXAMPLE}).`,
  ].join("\n\n");
}

function tablesOf({ tables }: Report, ids: readonly string[]): string {
  const shown = tables.filter(({ id }) => ids.includes(id));
  const notes = new Set(shown.flatMap((table) => table.notes));
  return [
    ...shown.flatMap((table) => [`**${plain(table.title)}**`, tableMarkdown(table)]),
    ...[...notes].map(plain),
  ].join("\n\n");
}

function kinds(): string {
  const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;
  return listSections()
    .flatMap(({ title, option, kinds }) => [
      `**${title}** (\`${option}\`)`,
      markdownTable([
        ["spec", "what it is"],
        ...kinds.map(({ example, about }) => [code(example), about.replaceAll("|", "\\|")]),
      ]),
    ])
    .join("\n\n");
}

if (import.meta.main) {
  const text = Object.entries(generatedParts()).reduce(
    (whole, [name, part]) => whole.replace(markedBy(name), () => `\n\n${part}\n\n`),
    readFileSync(README, "utf8"),
  );
  writeFileSync(README, text);
}
