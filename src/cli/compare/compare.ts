import { existsSync } from "node:fs";
import type { Command } from "commander";
import { UserError } from "../../base/problem.ts";
import { isSettled } from "../../estimate/compare.ts";
import { readResults } from "../../record/file.ts";
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
      : comparisonOfFiles(base, candidate, thresholds, options.anyway === true);
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
  if (input.comparisons.some(({ ratio }) => ratio.verdict === "regression")) return EXIT.regression;
  if (isSettled(input.comparisons)) return codeOf(input.candidate.records);
  process.stderr.write("exit code 3: nothing could be judged; the report says why\n");
  return EXIT.unjudged;
}

function asJson(input: ComparisonInput, { title, caveats }: Pick<Report, "title" | "caveats">): string {
  const { design, comparisons, tracing, thresholds, differences, onlyInBase, onlyInCandidate } = input;
  const [base, candidate] = [input.base, input.candidate].map(({ label, about }) => ({ label, about }));
  const heads = { title, design, base, candidate, caveats, thresholds, differences, onlyInBase, onlyInCandidate };
  return `${JSON.stringify({ ...heads, comparisons, tracing }, null, 2)}\n`;
}
