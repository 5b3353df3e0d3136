import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { execa } from "execa";
import { UserError } from "../base/problem.ts";
import type { Estimate } from "../estimate/estimate.ts";
import { planOf, rateOf, variantsOf } from "../plan/plan.ts";
import { readEnvironment } from "../record/environment.ts";
import type { Results } from "../record/results.ts";
import { buildReport } from "../report/build.ts";
import { renderHtml } from "../report/reporters/html.ts";
import { renderTerminal } from "../report/reporters/terminal.ts";
import { checkFiles } from "../spec/check.ts";
import { readScenario } from "../spec/read.ts";
import { targets } from "../target/services/index.ts";
import { checkExpressible } from "../run/processes/otel-environment.ts";
import { findPinning } from "../run/processes/pinning.ts";
import {
  metricsPortOf,
  overridesOf,
  timeLimitOf,
  withRunOptions,
  withScenarioOptions,
  type BenchOptions,
} from "./bench-options.ts";
import type { Outcome } from "./index.ts";
import { LiveMetrics } from "./live-metrics.ts";
import { extendFor } from "./precision.ts";
import { mediumOf } from "./report.ts";
import { resumable } from "./resume.ts";
import { recorderFor } from "./record-traces.ts";
import { measureSession, whereabouts, type Session } from "./session.ts";

export function benchCommand(program: Command, outcome: Outcome): void {
  const command = program
    .command("bench")
    .description("measure what tracing costs a service, and what sampling loses")
    .argument("[scenario]", "a scenario's name (see `list`) or a .json file");
  withRunOptions(withScenarioOptions(command)).action(async (scenario: string | undefined, options: BenchOptions) => {
    outcome.exitCode = await bench(scenario, options);
  });
}

/** Measures, writes, reports; returns the exit code. */
async function bench(scenarioName: string | undefined, options: BenchOptions): Promise<number> {
  const session =
    options.resume === undefined
      ? await freshSession(scenarioName, options)
      : await resumedSession(options.resume, scenarioName, options);
  const port = metricsPortOf(options);
  const live = port === undefined ? undefined : await LiveMetrics.listen(port);
  const recorder = options.record === undefined ? {} : recorderFor(session.plan, options.record);
  const onProgress = live && { onProgress: (results: Results) => live.update(results) };
  const { results, estimates, interruptedWith } = await measureSession({
    ...session,
    ...recorder,
    ...onProgress,
  }).finally(() => live?.close());
  process.stdout.write(options.json ? `${JSON.stringify(results)}\n` : terminalReport(results, estimates));
  process.stderr.write(`${whereabouts(results, session.out)}\n`);
  if (results.ending === "interrupted" && results.records.some(({ ending }) => ending === "completed"))
    process.stderr.write(`to go on: ${goingOn(session, options)}\n`);
  if (options.open) await openHtml(session.out.replace(/\.json$/, "") + ".html", results, estimates);
  return interruptedWith ?? (isSound(results) ? 0 : 1);
}

async function freshSession(scenarioName: string | undefined, options: BenchOptions): Promise<Session> {
  const asked = readScenario(scenarioName, overridesOf(options));
  // written down, so that the file tells its own rate whatever a later Spantoll would choose
  const scenario = { ...asked, costRatePerSecond: rateOf(asked, "cost", variantsOf(asked).length) };
  const node = options.node ?? process.execPath;
  const environment = await readEnvironment(node, findPinning().pinning);
  const out = options.out ?? defaultOut(environment);
  const plan = planOf(scenario);
  await checkFiles(scenario, process.cwd());
  const { kind, config } = targets.parse(scenario.target);
  if (kind.command?.(config).ownSdk === true) checkExpressible(plan.variants);
  return { scenario, plan, environment, node, out, ...commonOf(scenario, options) };
}

/** Continues from the journal, or from a results file that was interrupted. */
async function resumedSession(file: string, scenarioName: string | undefined, options: BenchOptions): Promise<Session> {
  const { fields, quick } = overridesOf(options);
  if (scenarioName !== undefined || quick || options.out !== undefined || Object.keys(fields).length > 0) {
    throw new UserError(
      `--resume "${file}": an interrupted run goes on as it was planned; leave out what says otherwise`,
    );
  }
  const node = options.node ?? process.execPath;
  const { records, notes, ...earlier } = resumable(file, await readEnvironment(node, findPinning().pinning));
  for (const note of notes) process.stderr.write(`${note}\n`);
  const out = file.replace(/\.journal\.jsonl$/, ".json");
  return { ...earlier, node, out, notes, earlier: records, ...commonOf(earlier.scenario, options) };
}

function commonOf(
  scenario: Session["scenario"],
  options: BenchOptions,
): Pick<Session, "quiet" | "timeLimit" | "extend"> {
  const timeLimit = timeLimitOf(options);
  return { quiet: options.quiet ?? false, extend: extendFor(scenario), ...(timeLimit && { timeLimit }) };
}

/** The command that goes on with an interrupted session, as this one was called; the measured Node has to be named again. */
function goingOn({ out }: Session, { node }: BenchOptions): string {
  const program = process.env["npm_lifecycle_event"] === "bench" ? "npm run bench --" : "spantoll bench";
  return `${program} --resume "${out}"${node === undefined ? "" : ` --node "${node}"`}`;
}

/** `results/<UTC time>-<short commit>.json` below the current folder. */
function defaultOut(environment: Results["environment"]): string {
  const time = environment.startedAt.replaceAll(/[:.]/g, "-").slice(0, 19);
  const out = `results/${time}Z-${environment.commit.slice(0, 7)}.json`;
  mkdirSync(dirname(out), { recursive: true });
  return out;
}

function terminalReport(results: Results, estimates: readonly Estimate[]): string {
  return renderTerminal(buildReport(results, estimates), mediumOf(process.stdout));
}

/** Something was measured, and nothing of it is void or failed. */
function isSound({ records }: Results): boolean {
  return records.length > 0 && records.every(({ ending, valid }) => ending === "completed" && valid);
}

async function openHtml(path: string, results: Results, estimates: readonly Estimate[]): Promise<void> {
  writeFileSync(path, renderHtml(buildReport(results, estimates)));
  process.stderr.write(`report: ${path}\n`);
  const opener = { darwin: "open", win32: "explorer" }[process.platform as string] ?? "xdg-open";
  const { failed } = await execa(opener, [path], { reject: false, stdio: "ignore", timeout: 10_000 });
  if (failed) process.stderr.write(`${opener} could not open it; open it in a browser\n`);
}
