import { mkdirSync } from "node:fs";
import type { Command } from "commander";
import { UserError } from "../../base/problem.ts";
import { planOf } from "../../plan/plan.ts";
import { readEnvironment } from "../../record/environment.ts";
import { journalPath } from "../../record/journal.ts";
import { measuredCommit, UNKNOWN_NODE, type Environment } from "../../record/results.ts";
import { hasRightAnswers } from "../../record/trial-record.ts";
import { buildReport } from "../../report/build.ts";
import { renderTerminal } from "../../report/reporters/terminal.ts";
import { findPinning } from "../../run/processes/pinning.ts";
import { checkFiles } from "../../spec/check.ts";
import { rateOf } from "../../spec/phases.ts";
import { readScenario, replacedLists } from "../../spec/read.ts";
import type { Scenario } from "../../spec/scenario.ts";
import { printComparison } from "../compare/compare.ts";
import { comparisonOfBuilds, thresholdsOf } from "../compare/input.ts";
import { codeOf, EXIT, type Outcome } from "../exit-code.ts";
import { startOf } from "../npm.ts";
import { checkDistinct, checkFolder, checkOutput } from "../output-file.ts";
import { mediumOf, noteOf } from "../terminal.ts";
import { findCommits, planOfRefs, refuseForeignFolder, warnOfPackages, withBuilds } from "./commits/builds.ts";
import { check } from "./check.ts";
import { controlOf, overridesOf, withBenchOptions, type BenchOptions } from "./options.ts";
import { planText } from "./plan-text.ts";
import { recordTraces } from "./record-traces.ts";
import { checkDriver, checkRunning, checkTarget } from "./refusals.ts";
import { resumedSession } from "./resume.ts";
import { placeOf } from "./run-file.ts";
import { measureSession, type Session, type SessionResult } from "./session.ts";
import { findNodes, nodesText } from "./versions/nodes.ts";
import { checkSamplers, findOtels, packagesOf } from "./versions/otel.ts";

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
  if (options.resume !== undefined && options.check === undefined)
    return measure(await resumedSession(options.resume, scenarioName, options), options);
  const session = await newSession(scenarioName, options);
  checkTarget(session.scenario, session.plan.variants);
  const { nodes, otels } = session.scenario;
  if (options.base !== undefined && (nodes.length > 1 || otels.length > 0))
    throw new UserError("--base: expected one --node and no --otel");
  if (options.base !== undefined && options.check === undefined) {
    if (scenarioName === undefined && options.target === undefined) await refuseForeignFolder(options.base);
    return measureCommits(options.base, session, options, scenarioName);
  }
  for (const name of ["candidate", "install", "threshold"] as const)
    if (options[name] !== undefined) throw new UserError(`--${name}: needs --base, such as --base main`);
  return options.check ? check(session, options) : measure(session, options);
}

/** What `bench` is asked to measure. Throws a `UserError` for every mistake that can be found before measuring. */
async function newSession(scenarioName: string | undefined, options: BenchOptions): Promise<Session> {
  const overrides = overridesOf(options);
  const asked = readScenario(scenarioName, overrides);
  const [note, isPlan] = [noteOf(options), options.dryRun === true];
  const nodes = await findNodes(asked.nodes, note, isPlan);
  const running = nodes.size === 0 ? [process.versions.node] : [...nodes.keys()];
  const otels = await findOtels(asked.otels, running, note, isPlan);
  const resolved = { ...asked, otels: [...otels.keys()], nodes: [...nodes.keys()] };
  const plan = planOf(resolved);
  checkSamplers(otels, plan.variants);
  // the results file records the rate, because a later version may choose another
  const sideBySide = plan.variants.length * (options.base === undefined ? 1 : 2);
  const scenario = { ...resolved, costRatePerSecond: rateOf(resolved, "cost", sideBySide) };
  const read = await readEnvironment(nodesText(nodes), findPinning().pinning, serviceOf(scenario, scenarioName));
  const isRunning = scenario.target.kind.address !== undefined;
  const environment = {
    ...read,
    ...(otels.size > 0 && { otels: packagesOf(otels) }),
    ...(isRunning && { service: { commit: "unknown" }, node: UNKNOWN_NODE, pinning: undefined }),
  };
  await checkFiles(scenario, process.cwd());
  checkDriver(scenario);
  checkRunning(scenario, options);
  const isDry = isPlan || options.check === true;
  const control = controlOf(scenario, options);
  const out = options.out ?? defaultOut(environment, isDry);
  if (options.out !== undefined || !isDry) checkOutput("--out", out, options.force);
  if (scenarioName !== undefined)
    for (const line of replacedLists(scenarioName, overrides)) process.stderr.write(`${line}\n`);
  return { scenario, plan, environment, otels, nodes, out, ...control };
}

/** Where `command:` runs. Undefined for a target of Spantoll's own. */
function serviceOf({ target }: Scenario, scenario: string | undefined) {
  return target.kind.command === undefined ? undefined : { folder: process.cwd(), scenario };
}

/** `results/<UTC time>-<short commit>.json` in the current folder. */
function defaultOut(environment: Environment, isDry: boolean): string {
  const { startedAt } = environment;
  const { commit } = measuredCommit(environment);
  const out = `results/${startedAt.replaceAll(/[:.]/g, "-")}-${commit.slice(0, 7)}.json`;
  if (isDry) return out;
  checkFolder("--out", out);
  mkdirSync("results", { recursive: true });
  return out;
}

async function measure(session: Session, options: BenchOptions): Promise<number> {
  const { record, json, verbose } = options;
  checkDistinct(["--out", session.out], ["its journal", journalPath(session.out)], ["--record", record]);
  const recorder = record === undefined ? undefined : recordTraces(session.plan, record, options.force);
  if (options.dryRun) return printPlan(session);
  const measured = await measureSession({ ...session, ...(recorder && { onEvidence: recorder.onEvidence }) });
  if (recorder !== undefined) process.stderr.write(`${await recorder.written(measured.results.records)}\n`);
  const { results, estimates } = measured;
  const text = (): string => renderTerminal(buildReport(results, estimates), mediumOf(process.stdout, verbose));
  process.stdout.write(json ? `${JSON.stringify(results)}\n` : text());
  return finish(measured, session, options, measured.interruptedWith ?? codeOf(results.records));
}

async function measureCommits(
  base: string,
  session: Session,
  options: BenchOptions,
  scenario: string | undefined,
): Promise<number> {
  const { candidate = "HEAD", install, record } = options;
  if (record !== undefined) throw new UserError("--record: not possible with --base");
  const thresholds = thresholdsOf(options.threshold);
  const request = { base, candidate, install, quiet: session.quiet, scenario };
  if (options.dryRun) {
    await findCommits(session.scenario, request);
    if (session.scenario.target.kind.command !== undefined) warnOfPackages(process.cwd(), request);
    return printPlan({ ...session, plan: planOfRefs(session.scenario, request) });
  }
  return withBuilds(session.scenario, request, async (builds) => {
    const compared: Session = { ...session, ...builds };
    const measured = await measureSession(compared);
    const code = printComparison(comparisonOfBuilds(measured.results, thresholds), options);
    return finish(measured, compared, options, code);
  });
}

function printPlan({ scenario, plan, out }: Session): number {
  process.stdout.write(planText(scenario, plan, out));
  return EXIT.measured;
}

/** Says where the results are and how to resume. Returns the exit code. */
function finish(
  { results, interruptedWith }: SessionResult,
  { out, plan }: Session,
  { node = [], keepEnv = [], allowRemote }: BenchOptions,
  code: number,
): number {
  process.stderr.write(`${placeOf(results, out)}\n`);
  const hasFigures = results.records.some(hasRightAnswers);
  if (results.ending === "interrupted" && hasFigures && plan.builds === undefined) {
    const program = startOf("bench", process.env);
    const again = [
      ...node.map((one) => `--node "${one}"`),
      ...keepEnv.map((name) => `--keep-env ${name}`),
      ...(allowRemote === undefined ? [] : [`--allow-remote "${allowRemote}"`]),
    ];
    process.stderr.write(`to continue: ${[program, `--resume "${out}"`, ...again].join(" ")}\n`);
  }
  return interruptedWith ?? code;
}
