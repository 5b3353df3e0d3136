import { isDeepStrictEqual } from "node:util";
import { existsSync, mkdirSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { UserError } from "../../base/problem.ts";
import { planOfObservation, scenarioOf } from "../../observe/as-scenario.ts";
import { readObservation, type Observation } from "../../observe/observation.ts";
import { readOrigin } from "../../observe/prometheus.ts";
import { readResults } from "../../record/file.ts";
import { readEnvironment } from "../../record/environment.ts";
import { readJournal, refuseRunning } from "../../record/journal.ts";
import { UNKNOWN_NODE, type Environment } from "../../record/results.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Plan } from "../../plan/plan.ts";
import { buildReport } from "../../report/build.ts";
import { renderTerminal } from "../../report/reporters/terminal.ts";
import { several } from "../bench/options.ts";
import { placeOf, RunFile } from "../bench/run-file.ts";
import { codeOf, type Outcome } from "../exit-code.ts";
import { startOf } from "../npm.ts";
import { checkOutput } from "../output-file.ts";
import { mediumOf } from "../terminal.ts";
import { observeSession } from "./session.ts";

interface ObserveOptions {
  readonly prometheus?: string;
  readonly allowRemote?: string[];
  readonly drive?: true;
  readonly out?: string;
  readonly force?: true;
  readonly resume?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

export function observeCommand(program: Command, outcome: Outcome): void {
  program
    .command("observe")
    .description("compare groups of replicas that run elsewhere, by what Prometheus knows of them")
    .argument("<plan>", "a .json file; `schema --observe` describes it")
    .option("--prometheus <url>", "address of Prometheus, default http://127.0.0.1:9090; e.g. http://127.0.0.1:9091")
    .option("--allow-remote <host>", "other machine that may be asked, default none; e.g. prometheus.internal", several)
    .option("--drive", "set the variants by the plan's command before each round; default off")
    .option("--out <file>", "results file, default results/<plan>-<time>.json; e.g. canary.json")
    .option("--force", "replace existing output files; default off")
    .option("--resume <file>", "continue an interrupted observation of the same plan, default off; e.g. canary.json")
    .option("--json", "print the results as JSON; default off")
    .option("--quiet", "print no progress; default off")
    .option("--verbose", "print every table and warning in full; default off")
    .action(async (path: string, options: ObserveOptions) => {
      outcome.exitCode = await observe(path, options);
    });
}

/** Observes, writes, reports. Returns the exit code. */
async function observe(path: string, options: ObserveOptions): Promise<number> {
  const observation = readObservation(path);
  const drives = options.drive === true;
  if (drives && observation.drive === undefined) throw new UserError(`--drive: "${path}" has no drive.command`);
  const origin = readOrigin(options.prometheus ?? "http://127.0.0.1:9090", options.allowRemote ?? []);
  const name = basename(path).replace(/\.json$/, "");
  const scenario = scenarioOf(observation, name);
  const plan = planOfObservation(observation);
  const resumed = options.resume === undefined ? undefined : resumedRun(options.resume, plan, options);
  const environment = resumed?.environment ?? (await environmentOf(origin));
  const out = resumed?.out ?? options.out ?? defaultOut(name, environment);
  if (resumed === undefined) checkOutput("--out", out, options.force);
  const file = new RunFile({
    scenario,
    plan,
    environment,
    out,
    earlier: resumed?.earlier,
    notes: notesOf(observation, drives),
  });
  const print = (line: string): void => void (options.quiet ?? process.stderr.write(`${line}\n`));
  const { results, estimates, code } = await observeSession({ origin, observation, scenario, file, drives, print });
  const report = buildReport(results, estimates);
  process.stdout.write(
    options.json ? `${JSON.stringify(results)}\n` : renderTerminal(report, mediumOf(process.stdout, options.verbose)),
  );
  process.stderr.write(`${placeOf(results, out)}\n`);
  if (code !== undefined && results.records.length > 0)
    process.stderr.write(
      `to continue: ${startOf("observe", process.env)} ${path} --resume "${out}"${drives ? " --drive" : ""}\n`,
    );
  return code ?? codeOf(results.records);
}

interface ResumedRun {
  readonly out: string;
  readonly environment: Environment;
  readonly earlier: readonly TrialRecord[];
}

function resumedRun(out: string, plan: Plan, options: ObserveOptions): ResumedRun {
  const refuse = (reason: string): never => {
    throw new UserError(`--resume "${out}": ${reason}`);
  };
  if (options.out !== undefined) refuse("continues in the same file; leave out --out");
  refuseRunning(out);
  const found =
    readJournal(out) ?? (existsSync(out) ? readResults(out) : refuse("no results file or journal has that name"));
  const shape = ({ seed, variants, trials }: Plan) => JSON.parse(JSON.stringify({ seed, variants, trials })) as unknown;
  if (!isDeepStrictEqual(shape(found.plan), shape(plan)))
    refuse("its variants, rounds or seed are not those of the plan");
  return { out, environment: found.environment, earlier: found.records };
}

/** Of the service itself nothing is known. */
async function environmentOf(origin: URL): Promise<Environment> {
  const { noiseFloor: _, ...here } = await readEnvironment(process.execPath, undefined);
  return {
    ...here,
    node: UNKNOWN_NODE,
    packages: {},
    service: { commit: "unknown" },
    observed: { prometheus: origin.origin },
  };
}

function defaultOut(name: string, { startedAt }: Environment): string {
  mkdirSync("results", { recursive: true });
  return `results/${name}-${startedAt.replaceAll(/[:.]/g, "-")}.json`;
}

function notesOf({ variants, drive }: Observation, drives: boolean): string[] {
  const samplers = Object.entries(variants).map(([id, { text }]) => `${id} is ${text}`);
  const order = drive?.groups === undefined ? "in shuffled order" : "each group of replicas with each variant in turn";
  return [
    `Variants: ${samplers.join(", ")}.`,
    ...(drives ? [`Set by the plan's command before each round, ${order}.`] : []),
  ];
}
