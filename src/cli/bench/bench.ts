import { mkdirSync } from "node:fs";
import type { Command } from "commander";
import { UserError } from "../../base/problem.ts";
import { rateOf } from "../../plan/phases.ts";
import { planOf, variantsOf } from "../../plan/plan.ts";
import { readEnvironment } from "../../record/environment.ts";
import type { Results } from "../../record/results.ts";
import { buildReport } from "../../report/build.ts";
import { renderTerminal } from "../../report/reporters/terminal.ts";
import { checkExpressible } from "../../run/processes/otel-environment.ts";
import { findPinning } from "../../run/processes/pinning.ts";
import { checkFiles } from "../../spec/check.ts";
import { readScenario } from "../../spec/read.ts";
import type { Scenario } from "../../spec/scenario.ts";
import { printComparison } from "../compare/compare.ts";
import { comparisonOfBuilds } from "../compare/input.ts";
import { thresholdsOf } from "../compare/thresholds.ts";
import { EXIT, type Outcome } from "../exit-code.ts";
import { startOf } from "../npm.ts";
import { checkOutput } from "../output-file.ts";
import { mediumOf } from "../terminal.ts";
import { withBuilds } from "./commits/builds.ts";
import { overridesOf, timeLimitOf, withBenchOptions, type BenchOptions } from "./options.ts";
import { planText } from "./plan-text.ts";
import { recordTraces } from "./record-traces.ts";
import { readInterrupted } from "./resume.ts";
import { placeOf } from "./run-file.ts";
import { measureSession, type Session, type SessionResult } from "./session.ts";

export function benchCommand(program: Command, outcome: Outcome): void {
  const command = program
    .command("bench")
    .description("measure what tracing costs a service, and what sampling loses")
    .argument("[scenario]", "name of a scenario (see `list`) or a .json file", "default");
  withBenchOptions(command).action(async (scenario: string, options: BenchOptions) => {
    const isDefault = command.args.length === 0;
    outcome.exitCode = await bench(isDefault ? undefined : scenario, options);
  });
}

/** Measures, writes, reports. Returns the exit code. */
async function bench(scenarioName: string | undefined, options: BenchOptions): Promise<number> {
  if (options.resume !== undefined)
    return measure(await interruptedSession(options.resume, scenarioName, options), options);
  const scenario = readScenarioOf(scenarioName, options);
  if (options.base !== undefined) return measureCommits(options.base, scenario, options);
  for (const name of ["candidate", "install", "threshold"] as const)
    if (options[name] !== undefined) throw new UserError(`--${name}: needs --base, such as --base main`);
  return measure(await freshSession(scenario, options), options);
}

/** The scenario, with the rate that the cost phase uses written down for readers of the results file. */
function readScenarioOf(name: string | undefined, options: BenchOptions): Scenario {
  const scenario = readScenario(name, overridesOf(options));
  return { ...scenario, costRatePerSecond: rateOf(scenario, "cost", variantsOf(scenario).length) };
}

async function measure(session: Session, options: BenchOptions): Promise<number> {
  if (options.dryRun) return printPlan(session);
  if (options.out === undefined && options.resume === undefined) mkdirSync("results", { recursive: true });
  const recorder =
    options.record === undefined ? {} : recordTraces(session.plan, options.record, { force: options.force });
  const measured = await measureSession({ ...session, ...recorder });
  const { results, estimates } = measured;
  const report = options.json ? undefined : buildReport(results, estimates);
  process.stdout.write(
    report ? renderTerminal(report, mediumOf(process.stdout, options.verbose)) : `${JSON.stringify(results)}\n`,
  );
  return finish(measured, session, options, isSound(results) ? EXIT.measured : EXIT.unjudged);
}

async function measureCommits(base: string, scenario: Scenario, options: BenchOptions): Promise<number> {
  if (options.record !== undefined) throw new UserError("--record: not possible with --base");
  const thresholds = thresholdsOf(options.threshold);
  const session = await sessionOf(scenario, options);
  const request = { base, candidate: options.candidate ?? "HEAD", install: options.install, quiet: session.quiet };
  return withBuilds(scenario, request, async (builds) => {
    const compared: Session = { ...session, ...builds };
    if (options.dryRun) return printPlan(compared);
    if (options.out === undefined) mkdirSync("results", { recursive: true });
    const measured = await measureSession(compared);
    const judged = printComparison(comparisonOfBuilds(measured.results, thresholds), options);
    const code = judged === EXIT.measured && !isSound(measured.results) ? EXIT.unjudged : judged;
    return finish(measured, compared, options, code);
  });
}

async function freshSession(scenario: Scenario, options: BenchOptions): Promise<Session> {
  const session = await sessionOf(scenario, options);
  const { kind, config } = scenario.target;
  if (kind.command?.(config).ownSdk === true) checkExpressible(session.plan.variants);
  return session;
}

async function sessionOf(scenario: Scenario, options: BenchOptions): Promise<Session> {
  const node = options.node ?? process.execPath;
  const environment = await readEnvironment(node, findPinning().pinning);
  if (options.out !== undefined) checkOutput("--out", options.out, { force: options.force });
  const out = options.out ?? defaultOut(environment);
  await checkFiles(scenario, process.cwd());
  const common = { quiet: options.quiet ?? false, timeLimit: timeLimitOf(options) };
  return { scenario, plan: planOf(scenario), environment, node, out, ...common };
}

async function interruptedSession(
  file: string,
  scenarioName: string | undefined,
  options: BenchOptions,
): Promise<Session> {
  const { fields, quick } = overridesOf(options);
  if (
    scenarioName !== undefined ||
    quick ||
    options.out !== undefined ||
    options.base ||
    Object.keys(fields).length > 0
  )
    throw new UserError(`--resume "${file}": continues the run as planned; leave out scenario and measuring options`);
  const node = options.node ?? process.execPath;
  const interrupted = readInterrupted(file, await readEnvironment(node, findPinning().pinning));
  const { records: earlier, notes, ...rest } = interrupted;
  for (const note of notes) process.stderr.write(`${note}\n`);
  const out = file.replace(/\.journal\.jsonl$/, ".json");
  return { ...rest, node, out, notes, earlier, quiet: options.quiet ?? false, timeLimit: timeLimitOf(options) };
}

function printPlan({ scenario, plan, out }: Session): number {
  process.stdout.write(planText(scenario, plan, out));
  return EXIT.measured;
}

/** Says where the results are and how to resume. Returns the exit code. */
function finish(
  { results, interruptedWith }: SessionResult,
  { out, plan }: Session,
  { node }: BenchOptions,
  code: number,
): number {
  process.stderr.write(`${placeOf(results, out)}\n`);
  const hasFigures = results.records.some(({ ending }) => ending === "completed");
  if (results.ending === "interrupted" && hasFigures && plan.builds === undefined) {
    const program = startOf("bench", process.env);
    process.stderr.write(`to continue: ${program} --resume "${out}"${node === undefined ? "" : ` --node "${node}"`}\n`);
  }
  return interruptedWith ?? code;
}

/** `results/<UTC time>-<short commit>.json` in the current folder. */
function defaultOut({ startedAt, commit }: Results["environment"]): string {
  return `results/${startedAt.replaceAll(/[:.]/g, "-")}-${commit.slice(0, 7)}.json`;
}

/** Whether something was measured, and every trial completed and is valid. */
function isSound({ records }: Results): boolean {
  return records.length > 0 && records.every(({ ending, valid }) => ending === "completed" && valid);
}
