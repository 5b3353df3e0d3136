/** Writes the generated parts of README.md and docs/ between their marks: `npm run docs`. A test holds them current. */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { markdownTable } from "markdown-table";
import { z } from "zod";
import { estimatesOf } from "../src/estimate/estimates.ts";
import { listSections } from "../src/cli/list.ts";
import { describeProgram } from "../src/cli/program.ts";
import { readResults } from "../src/record/file.ts";
import { buildReport } from "../src/report/build.ts";
import { collectorsOf } from "../src/report/facts.ts";
import type { Report } from "../src/report/report.ts";
import { plain, tableMarkdown } from "../src/report/reporters/markdown.ts";
import { isUsable } from "../src/record/trial-record.ts";
import { scenarioTextSchema } from "../src/spec/scenario.ts";

const REPOSITORY = join(import.meta.dirname, "..");
const EXAMPLE = "results/example.json";
const IN_README = ["cost", "kept"];
const TOLLS = "results/tolls/*.json";
const SDK = "@opentelemetry/sdk-trace";
const IN_TOLLS = ["prices", "contrasts", "cost", "latency", "capacity", "start", "spans"];
const IN_DOCS = ["latency", "capacity", "spans"];
const PLACEMENTS = "results/placement-*.json";

export interface GeneratedPart {
  /** Path in the repository. */
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

export async function generateParts(): Promise<GeneratedPart[]> {
  const results = readResults(join(REPOSITORY, EXAMPLE));
  const report = buildReport(results, estimatesOf(results).estimates);
  const { node, cpu, startedAt } = results.environment;
  const setting = `Measured on ${startedAt.slice(0, 10)} with Node ${node} on ${cpu.model}, ${cpu.cores} cores, a shared virtual machine.`;
  const example = [`> ${plain(report.title)}`, tablesOf(report, IN_README), setting].join("\n\n");
  return [
    { file: "README.md", name: "example", text: example },
    { file: "docs/reading-a-report.md", name: "example", text: tablesOf(report, IN_DOCS) },
    { file: "docs/tolls.md", name: "tolls", text: sections(TOLLS, IN_TOLLS, "##") },
    { file: "docs/collector.md", name: "placement", text: sections(PLACEMENTS, ["placement"], "###") },
    { file: "docs/reference.md", name: "kinds", text: kinds() },
    { file: "docs/reference.md", name: "options", text: options(await describeProgram()) },
    { file: "docs/reference.md", name: "scenario", text: scenarioFields() },
  ];
}

/** The text between the marks of a part. Throws if the file has no such marks. */
export function currentText({ file, name }: Pick<GeneratedPart, "file" | "name">): string {
  const text = markedBy(name).exec(readFileSync(join(REPOSITORY, file), "utf8"))?.[0];
  if (text === undefined) throw new Error(`${file} has no marks of "${name}"`);
  return text.trim();
}

function markedBy(name: string): RegExp {
  return new RegExp(`(?<=<!-- ${name}:begin -->)(.*?)(?=<!-- ${name}:end -->)`, "s");
}

/** Of all results files of this pattern. */
function sections(pattern: string, tableIds: readonly string[], level: "##" | "###"): string {
  const files = globSync(pattern, { cwd: REPOSITORY }).toSorted();
  if (files.length === 0) return `No results yet: \`${pattern}\` has no file.`;
  return files.map((file) => section(file, tableIds, level)).join("\n\n");
}

/** Named after a results file: these of its tables, with what the run held constant. */
export function section(file: string, tableIds: readonly string[] = IN_TOLLS, level: "##" | "###" = "##"): string {
  const results = readResults(join(REPOSITORY, file));
  const { title, caveats, constants, tables, trials } = buildReport(results, estimatesOf(results).estimates);
  const heading = basename(file, ".json").replaceAll("-", " ");
  const { packages, otels, startedAt } = results.environment;
  const sdks = otels === undefined ? [packages[SDK]] : Object.keys(otels);
  const versions = [{ label: "OpenTelemetry SDK", value: sdks.join(", ") }, ...collectorsOf(results)];
  const held = [...constants, ...versions].map(({ label, value }) => `${label} ${value}`).join(" · ");
  const valid = results.records.filter(isUsable).length;
  const spans = `Of ${trials.planned} trials ${valid} are valid; spans that no cause accounts for: ${trials.unexplainedSpans ?? "unknown"}.`;
  return [
    `${level} ${heading.charAt(0).toUpperCase()}${heading.slice(1)}`,
    `> ${plain(title)}`,
    ...caveats.map((caveat) => plain(caveat)),
    tablesOf({ tables }, tableIds),
    plain(`Measured on ${startedAt.slice(0, 10)}: ${held}. ${spans}`),
    `Results: [${file}](../${file})`,
  ].join("\n\n");
}

function tablesOf({ tables }: Pick<Report, "tables">, ids: readonly string[]): string {
  return tables
    .filter(({ id, rows }) => ids.includes(id) && rows.length > 0)
    .flatMap((table) => [`**${plain(table.title)}**`, tableMarkdown(table)])
    .join("\n\n");
}

const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function kinds(): string {
  return listSections()
    .flatMap(({ title, option, kinds: rows }) => [
      `**${title}** (\`${option}\`)`,
      markdownTable([["spec", "what it is"], ...rows.map(({ example, about }) => [code(example), cell(about)])]),
    ])
    .join("\n\n");
}

function options(program: Command): string {
  return program.commands
    .flatMap((command) => [
      `### ${command.name()} ${command.usage().replace(/^\[options\] ?/, "")}`.trimEnd(),
      `${command.description()}.`,
      markdownTable([
        ["option", "what it does"],
        ...command.options.map((one) => [code(one.flags), cell(one.description)]),
      ]),
    ])
    .join("\n\n");
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly description?: string;
  readonly default?: unknown;
}

function scenarioFields(): string {
  const schema = z.toJSONSchema(scenarioTextSchema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const rows = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    rowOf(name, field),
    ...Object.entries(field.items?.properties ?? {}).map(([inner, one]) => rowOf(`${name}[].${inner}`, one)),
  ]);
  return markdownTable([["field", "default", "what it is"], ...rows]);
}

function rowOf(name: string, { description = "", default: value }: JsonSchema): string[] {
  return [code(name), value === undefined ? "" : code(JSON.stringify(value)), cell(description)];
}

if (import.meta.main) {
  for (const { file, name, text } of await generateParts()) {
    const path = join(REPOSITORY, file);
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace(markedBy(name), () => `\n\n${text}\n\n`),
    );
  }
}
