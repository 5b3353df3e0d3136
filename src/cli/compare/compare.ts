import { existsSync } from "node:fs";
import type { Command } from "commander";
import { UserError } from "../../base/problem.ts";
import { isSettled, isOfCost } from "../../estimate/compare.ts";
import { readResults } from "../../record/file.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { buildComparison } from "../../report/comparison/comparison.ts";
import type { ComparisonInput } from "../../report/comparison/table.ts";
import type { Report } from "../../report/report.ts";
import { renderMarkdown } from "../../report/reporters/markdown.ts";
import { renderTerminal } from "../../report/reporters/terminal.ts";
import { shaOf } from "../bench/commits/checkouts.ts";
import { codeOf, EXIT, type Outcome } from "../exit-code.ts";
import { startOf } from "../npm.ts";
import { writeOutput } from "../output-file.ts";
import { mediumOf } from "../terminal.ts";
import { comparisonOfBuilds, comparisonOfFiles, thresholdsOf } from "./input.ts";

interface CompareOptions {
  readonly threshold?: string;
  readonly anyway?: true;
  readonly markdown?: string;
  readonly force?: true;
  readonly json?: true;
  readonly verbose?: true;
}

export function compareCommand(program: Command, outcome: Outcome): void {
  program
    .command("compare")
    .description("judge whether a candidate costs more than a base, from results files")
    .argument("<base>", "a results file")
    .argument("[candidate]", "a results file; leave it out if BASE was written by bench --base")
    .option(
      "--threshold <shares>",
      "smallest change that matters, default cpu=2%,p99=10%,throughput=3%,lost=0; e.g. cpu=5%",
    )
    .option("--anyway", "compare files of different settings, with a warning; default off")
    .option("--markdown <file>", "also write the comparison for a pull request, default off; e.g. comment.md")
    .option("--force", "replace an existing output file; default off")
    .option("--json", "print the comparison as JSON; default off")
    .option("--verbose", "print every warning in full; default off")
    .action(async (base: string, candidate: string | undefined, options: CompareOptions) => {
      outcome.exitCode = await compare(base, candidate, options);
    });
}

async function compare(base: string, candidate: string | undefined, options: CompareOptions): Promise<number> {
  const { markdown, force } = options;
  const thresholds = thresholdsOf(options.threshold);
  await refuseCommits(base, candidate);
  const input =
    candidate === undefined
      ? comparisonOfBuilds(readResults(base), thresholds)
      : await comparisonOfFiles(base, candidate, thresholds, options.anyway === true);
  if (markdown !== undefined) writeOutput("--markdown", markdown, renderMarkdown(buildComparison(input)), force);
  return printComparison(input, options);
}

/** Throws a `UserError` that names the command for commits, if that is what the arguments are. */
async function refuseCommits(base: string, candidate: string | undefined): Promise<void> {
  for (const name of [base, candidate ?? base])
    if (existsSync(name) || (await shaOf(process.cwd(), name)) === undefined) return;
  const rest = candidate === undefined ? "" : ` --candidate ${candidate}`;
  throw new UserError(
    `compare "${base}": this is a commit, not a results file; to measure commits side by side: ${startOf("bench", process.env)} --base ${base}${rest}`,
  );
}

/** Prints a comparison. Returns the exit code: 1 for a regression, 3 if nothing could be judged, or a trial of the candidate is invalid. */
export function printComparison(input: ComparisonInput, options: Pick<CompareOptions, "json" | "verbose">): number {
  const report = buildComparison(input);
  process.stdout.write(
    options.json === true ? asJson(input, report) : renderTerminal(report, mediumOf(process.stdout, options.verbose)),
  );
  for (const line of failuresOf(input)) process.stderr.write(`${line}\n`);
  if (input.comparisons.some(({ ratio }) => ratio.verdict === "regression")) return EXIT.regression;
  if (isSettled(input.comparisons)) return codeOf(input.candidate.records);
  process.stderr.write(`nothing could be judged: ${reasonOf(input, report)}\n`);
  return EXIT.unjudged;
}

/** Of Node and of Python. */
const MISSING_MODULE = /\b(?:Cannot find (?:module|package)|ModuleNotFoundError|ERR_MODULE_NOT_FOUND)\b/;
const INSTALL = 'give the command that installs packages in a checkout, such as --install "npm install"';

/** One line for each reason why trials of a side failed. */
function failuresOf({ base, candidate, isOneFile, design }: ComparisonInput): string[] {
  return (isOneFile ? [base] : [base, candidate]).flatMap(({ label, records }) => {
    const failed = records.filter(({ failure }) => failure !== undefined);
    const byReason = Map.groupBy(failed, failureOf);
    return [...byReason].map(([reason, same]) => {
      const isUninstalled = design === "builds" && same.some(({ failure = "" }) => MISSING_MODULE.test(failure));
      const fix = isUninstalled ? `; ${INSTALL}` : "";
      return `${label}: ${same.length} of ${records.length} trials failed: ${reason}${fix}`;
    });
  });
}

function failureOf({ failure = "" }: TrialRecord): string {
  return failure.trim().split("\n").slice(0, 2).join(": ");
}

/**
 * Why no verdict could be given, and what would help: a gate must not pass without a verdict. The fix is that of the commonest
 * case, which the report's warnings show too.
 */
export function reasonOf(
  { comparisons, unavailable }: ComparisonInput,
  { warnings }: Pick<Report, "warnings">,
): string {
  if (comparisons.some((comparison) => isOfCost(comparison) && comparison.ratio.verdict === "inconclusive")) {
    const group = ["inconclusive", "unsteady"].flatMap((code) => warnings.find((one) => one.code === code) ?? [])[0];
    const fix = group === undefined ? "" : `; \`${group.code}\`: ${group.cases[0]!.fix}`;
    return `every verdict on cost is inconclusive${fix}`;
  }
  const few = comparisons.flatMap(({ ratio }) => ratio.warnings).find(({ code }) => code === "few-rounds");
  if (few !== undefined) return `${few.message}; ${few.fix}`;
  return unavailable[0] ?? "base and candidate have no figure in common";
}

function asJson(input: ComparisonInput, { title, caveats }: Pick<Report, "title" | "caveats">): string {
  const { design, comparisons, tracing, thresholds, differences, onlyInBase, onlyInCandidate } = input;
  const [base, candidate] = [input.base, input.candidate].map(({ label, about }) => ({ label, about }));
  const heads = { title, design, base, candidate, caveats, thresholds, differences, onlyInBase, onlyInCandidate };
  return `${JSON.stringify({ ...heads, comparisons, tracing }, null, 2)}\n`;
}
