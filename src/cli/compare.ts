import type { Command } from "commander";
import { UserError } from "../base/problem.ts";
import { isJudged, isOfCost } from "../estimate/compare.ts";
import { buildComparison } from "../report/comparison/comparison.ts";
import { renderMarkdown } from "../report/reporters/markdown.ts";
import { renderTerminal } from "../report/reporters/terminal.ts";
import type { ComparisonInput } from "../report/comparison/input.ts";
import type { Report } from "../report/report.ts";
import { withScenarioOptions } from "./bench-options.ts";
import { comparisonOfBuilds, comparisonOfFiles } from "./compare-files.ts";
import { thresholdsOf } from "./compare-options.ts";
import { measureCommits, type CommitsOptions } from "./commits/measure.ts";
import { refuseIdle } from "./idle-options.ts";
import type { Outcome } from "./index.ts";
import { checkOutput, writeOutput } from "./output.ts";
import { mediumOf } from "./report.ts";
import { whereabouts } from "./session.ts";

interface CompareOptions extends CommitsOptions {
  readonly commits?: true;
  readonly threshold?: string;
  readonly anyway?: true;
  readonly markdown?: string;
}

/**
 * What takes effect where two results files are compared: all else says what is to be measured. `--quiet` keeps its
 * word: there is no progress.
 */
const OF_FILES = ["--threshold", "--anyway", "--markdown", "--json", "--quiet"];
const NEEDS_COMMITS = "on results files: expected compare --commits REF REF, which measures";

export function compareCommand(program: Command, outcome: Outcome): void {
  const command = program
    .command("compare")
    .description("say whether a candidate costs more than a base: two results files, or two commits side by side")
    .argument("<base>", "a results file; with --commits a commit, branch or tag")
    .argument("[candidate]", "the same; may be left out where BASE comes from --commits")
    .argument("[scenario]", "with --commits: what to measure, as in bench")
    .option("--commits", "check both commits out and measure them side by side in the same rounds")
    .option("--install <command>", "with --commits: how each checkout gets its packages, such as npm ci")
    .option("--threshold <shares>", "how much matters, such as cpu=2%,p99=10%,throughput=3%,lost=0")
    .option("--anyway", "compare files that are unlike, with a warning")
    .option("--markdown <file>", "write the comparison for a pull request")
    .option("--out <file>", "with --commits: the results file")
    .option("--json", "print the comparison as JSON")
    .option("--quiet", "no progress");
  withScenarioOptions(command).action(
    async (base: string, candidate: string | undefined, scenario: string | undefined, options: CompareOptions) => {
      if (options.commits !== true)
        refuseIdle(command, OF_FILES, NEEDS_COMMITS, scenario === undefined ? [] : ["a scenario"]);
      else if (options.anyway === true)
        throw new UserError("--anyway: without effect with --commits, which measures both in the same way");
      outcome.exitCode = await compare([base, candidate, scenario], options);
    },
  );
}

type Words = readonly [string, string | undefined, string | undefined];

async function compare([base, candidate, scenario]: Words, options: CompareOptions): Promise<number> {
  const thresholds = thresholdsOf(options.threshold);
  if (options.commits !== true)
    return tell(comparisonOfFiles(base, candidate, thresholds, options.anyway === true), options);
  if (candidate === undefined)
    throw new UserError("compare --commits: expected two commits, the base and the candidate");
  for (const name of ["out", "markdown"] as const) {
    const file = options[name];
    if (file !== undefined) checkOutput(`--${name}`, file);
  }
  const measured = await measureCommits([base, candidate], scenario, options);
  if (!("results" in measured)) return measured.interruptedWith;
  const code = tell(comparisonOfBuilds(measured.results, thresholds), options);
  process.stderr.write(`${whereabouts(measured.results, measured.out)}\n`);
  return measured.interruptedWith ?? code;
}

/** Prints and writes; 1 where there is a regression, or nothing of cost that could be judged. */
function tell(input: ComparisonInput, options: CompareOptions): number {
  const report = buildComparison(input);
  if (options.markdown !== undefined) writeOutput("--markdown", options.markdown, renderMarkdown(report));
  process.stdout.write(
    options.json === true ? asJson(input, report) : renderTerminal(report, mediumOf(process.stdout)),
  );
  if (input.comparisons.some(({ ratio }) => ratio.verdict === "regression")) return 1;
  if (isJudged(input.comparisons)) return 0;
  process.stderr.write(`${unjudged(input)}\n`);
  return 1;
}

/** Why no verdict settles anything, and what would bring one that does: a gate must not pass on nothing. */
function unjudged({ comparisons }: ComparisonInput): string {
  if (comparisons.some((comparison) => isOfCost(comparison) && comparison.ratio.verdict === "inconclusive"))
    return "nothing could be judged: every verdict on cost is inconclusive, and the warning of that name tells what would settle them";
  const warnings = comparisons.flatMap(({ ratio }) => ratio.warnings);
  const few = warnings.find(({ code }) => code === "few-rounds");
  const why = few === undefined ? "there is no figure that both have" : `${few.message}; ${few.fix}`;
  return `nothing could be judged: ${why}`;
}

function asJson(input: ComparisonInput, { title, caveats }: Pick<Report, "title" | "caveats">): string {
  const { design, comparisons, thresholds, differences, onlyInBase, onlyInCandidate } = input;
  const [base, candidate] = [input.base, input.candidate].map(({ label, about }) => ({ label, about }));
  const told = {
    title,
    design,
    base,
    candidate,
    caveats,
    thresholds,
    differences,
    onlyInBase,
    onlyInCandidate,
    comparisons,
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}
