import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Option, type Command } from "commander";
import { UserError } from "../base/problem.ts";
import { duration } from "../base/units.ts";
import type { Estimate } from "../estimate/index.ts";
import { planOf } from "../plan/index.ts";
import { readEnvironment, readJournal, readResults, type Results } from "../record/index.ts";
import { buildReport, renderTerminal } from "../report/index.ts";
import { readScenario, type Overrides, type ScenarioText } from "../spec/index.ts";
import { findPinning } from "../trial/index.ts";
import type { Outcome } from "./index.ts";
import { measureSession, type Session } from "./session.ts";

interface BenchOptions {
  readonly sampler?: string[];
  readonly processor?: string[];
  readonly exporter?: string[];
  readonly backend?: string[];
  readonly phase?: string[];
  readonly target?: string;
  readonly rounds?: string;
  readonly maxRounds?: string;
  readonly duration?: string;
  readonly warmup?: string;
  readonly rate?: string;
  readonly costRate?: string;
  readonly arrivals?: string;
  readonly connections?: string;
  readonly timeout?: string;
  readonly seed?: string;
  readonly precision?: string;
  readonly reference: boolean;
  readonly quick?: true;
  readonly node?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly maxTime?: string;
  readonly json?: true;
  readonly quiet?: true;
}

const several = (value: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), value];

export function benchCommand(program: Command, outcome: Outcome): void {
  program
    .command("bench")
    .description("measure what tracing costs a service, and what sampling loses")
    .argument("[scenario]", "a scenario's name (see `list`) or a .json file")
    .option("--sampler <spec>", "a sampler to measure, such as ratio:0.1; may be given again", several)
    .option("--processor <spec>", "a span processor, such as batch:queue=4096; may be given again", several)
    .option("--exporter <spec>", "an exporter, such as otlp-http/json:gzip; may be given again", several)
    .option("--backend <spec>", "a condition of the backend, such as slow:200ms; may be given again", several)
    .option("--target <spec>", 'the service to measure, such as orders or command:"node server.js"')
    .option("--phase <name>", "cost, latency or capacity; may be given again", several)
    .option("--rounds <n>", "restarts of every variant")
    .option("--duration <time>", "measured window of every trial, such as 10s")
    .option("--warmup <time>", "load before the window, such as 5s")
    .option("--rate <rate>", "requests for each variant, such as 600/s")
    .option("--cost-rate <rate>", "the same in the cost phase, where all variants share a core")
    .option("--arrivals <kind>", "uniform or poisson")
    .option("--connections <n>", "connections to each variant")
    .option("--timeout <time>", "how long a request may take, such as 10s")
    .option("--seed <n>", "of schedule, request mix and order")
    .option("--precision <share>", "add rounds until every interval is this narrow, such as 1%")
    .option("--max-rounds <n>", "the most rounds that --precision may take")
    .option("--no-reference", "do not measure always_on beside")
    .option("--quick", "fewer and shorter rounds: numbers within a minute, without verdicts")
    .option("--node <path>", "the Node that runs the measured service")
    .option("--out <file>", "the results file")
    .option("--resume <file>", "continue an interrupted run")
    .option("--max-time <time>", "start nothing that would end later than this, such as 10m")
    .addOption(new Option("--json", "print the results as JSON"))
    .option("--quiet", "no progress")
    .action(async (scenario: string | undefined, options: BenchOptions) => {
      const session =
        options.resume === undefined
          ? await freshSession(scenario, options)
          : await resumedSession(options.resume, options);
      const { results, estimates, interruptedWith } = await measureSession(session);
      process.stdout.write(options.json ? `${JSON.stringify(results)}\n` : terminalReport(results, estimates));
      process.stderr.write(`results: ${session.out}\n`);
      outcome.exitCode = interruptedWith ?? (isSound(results) ? 0 : 1);
    });
}

async function freshSession(scenarioName: string | undefined, options: BenchOptions): Promise<Session> {
  const scenario = readScenario(scenarioName, overridesOf(options));
  const node = options.node ?? process.execPath;
  const environment = await readEnvironment(node, findPinning().pinning);
  const out = options.out ?? defaultOut(environment);
  return { scenario, plan: planOf(scenario), environment, node, out, ...commonOf(options) };
}

/** Continues from the journal, or from a results file that was interrupted. */
async function resumedSession(file: string, options: BenchOptions): Promise<Session> {
  const out = file.replace(/\.journal\.jsonl$/, ".json");
  const earlier = readJournal(file) ?? (existsSync(file) ? readResults(file) : undefined);
  if (earlier === undefined)
    throw new UserError(`--resume "${file}": there is neither a results file nor a journal of that name`);
  const node = options.node ?? process.execPath;
  const now = await readEnvironment(node, findPinning().pinning);
  const { environment, scenario, plan } = earlier;
  if (now.node !== environment.node || now.cpu.model !== environment.cpu.model) {
    throw new UserError(
      `--resume "${file}": it was measured on ${environment.cpu.model} with Node ${environment.node}; this is ${now.cpu.model} with ${now.node}`,
    );
  }
  return { scenario, plan, environment, node, out, earlier: earlier.records, ...commonOf(options) };
}

function commonOf(options: BenchOptions): Pick<Session, "quiet" | "maxTimeMs"> {
  const quiet = options.quiet ?? false;
  if (options.maxTime === undefined) return { quiet };
  const maxTime = duration.safeParse(options.maxTime);
  if (!maxTime.success)
    throw new UserError(`--max-time "${options.maxTime}": expected ${maxTime.error.issues[0]!.message}`);
  return { quiet, maxTimeMs: maxTime.data };
}

/** The options that are fields of a scenario. */
function overridesOf(options: BenchOptions): Overrides {
  const { sampler, processor, exporter, backend, phase, reference, target, arrivals, costRate } = options;
  const { rounds, maxRounds, duration, warmup, rate, connections, timeout, seed, precision } = options;
  const named: Partial<Record<keyof ScenarioText, unknown>> = {
    samplers: sampler,
    processors: processor,
    exporters: exporter,
    backends: backend,
    phases: phase,
    target,
    rounds,
    maxRounds,
    duration,
    warmup,
    rate,
    costRate,
    arrivals,
    connections,
    timeout,
    seed,
    precision,
    reference: reference ? undefined : false,
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return { fields: Object.fromEntries(given), quick: options.quick ?? false };
}

/** `results/<UTC time>-<short commit>.json` below the current folder. */
function defaultOut(environment: Results["environment"]): string {
  const time = environment.startedAt.replaceAll(/[:.]/g, "-").slice(0, 19);
  const out = `results/${time}Z-${environment.commit.slice(0, 7)}.json`;
  mkdirSync(dirname(out), { recursive: true });
  return out;
}

export function terminalReport(results: Results, estimates: readonly Estimate[]): string {
  const { stdout } = process;
  const color = stdout.hasColors?.() ?? false;
  return renderTerminal(buildReport(results, estimates), { color, width: stdout.columns ?? 110 });
}

/** Nothing void, failed or missing. */
function isSound(results: Results): boolean {
  return results.records.every(({ ending, valid }) => ending === "completed" && valid);
}
