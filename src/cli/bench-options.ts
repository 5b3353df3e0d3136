import type { Command } from "commander";
import { count, period } from "../base/units.ts";
import type { Overrides } from "../spec/read.ts";
import type { ScenarioText } from "../spec/text.ts";
import { readOption } from "./read-option.ts";
import type { TimeLimit } from "./session.ts";

export interface BenchOptions {
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
  readonly sdkMetrics?: true;
  readonly reference: boolean;
  readonly quick?: true;
  readonly node?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly maxTime?: string;
  readonly record?: string;
  readonly open?: true;
  readonly metricsPort?: string;
  readonly json?: true;
  readonly quiet?: true;
}

const several = (value: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), value];

/** Everything that says what is measured; `compare --commits` takes these too. */
export function withScenarioOptions(command: Command): Command {
  return command
    .option("--sampler <spec>", "a sampler to measure, such as ratio:0.1; may be given again", several)
    .option("--processor <spec>", "a span processor, such as batch:queue=4096; may be given again", several)
    .option("--exporter <spec>", "an exporter, such as otlp-http/json:gzip; may be given again", several)
    .option("--backend <spec>", "a condition of the backend, such as slow:200ms; may be given again", several)
    .option("--target <spec>", 'the service to measure, such as orders or command:"node server.js"')
    .option("--phase <name>", "cost, latency or capacity; may be given again", several)
    .option("--rounds <n>", "restarts of every variant")
    .option("--duration <time>", "measured window of every trial, such as 10s")
    .option("--warmup <time>", "load before the window, such as 5s")
    .option("--rate <rate>", "requests for each variant, such as 600/s or 30/m")
    .option("--cost-rate <rate>", "the same in the cost phase, where all variants share a core")
    .option("--arrivals <kind>", "uniform or poisson")
    .option("--connections <n>", "connections to each variant; without it 16 in the open loop, 512 in the closed one")
    .option("--timeout <time>", "how long a request may take, such as 10s")
    .option("--seed <n>", "of schedule, request mix and order")
    .option("--precision <share>", "add rounds until every interval is this narrow, such as 1%")
    .option("--max-rounds <n>", "the most rounds that --precision may take")
    .option("--no-reference", "do not measure always_on beside")
    .option("--sdk-metrics", "record the SDK's own metrics beside the ledger, outside the cost phase")
    .option("--quick", "fewer and shorter rounds: numbers within a minute, without verdicts")
    .option("--node <path>", "the Node that runs the measured service");
}

/** Where results go, and what happens around the measuring. */
export function withRunOptions(command: Command): Command {
  return command
    .option("--out <file>", "the results file")
    .option("--resume <file>", "continue an interrupted run")
    .option("--max-time <time>", "start nothing that would end later than this, such as 10m")
    .option("--record <file>", "write the traces of always_on as OTLP JSON lines, for `simulate`")
    .option("--open", "write the HTML report too, and open it")
    .option("--metrics-port <port>", "serve live figures to Prometheus on 127.0.0.1")
    .option("--json", "print the results as JSON")
    .option("--quiet", "no progress");
}

/** The options that are fields of a scenario. */
export function overridesOf(options: BenchOptions): Overrides {
  const { sampler, processor, exporter, backend, phase, reference, target, arrivals, costRate } = options;
  const { rounds, maxRounds, duration, warmup, rate, connections, timeout, seed, precision, sdkMetrics } = options;
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
    sdkMetrics,
    reference: reference ? undefined : false,
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return { fields: Object.fromEntries(given), quick: options.quick ?? false };
}

export function timeLimitOf({ maxTime }: BenchOptions): TimeLimit | undefined {
  if (maxTime === undefined) return undefined;
  const stopped = "stopped by --max-time before all trials were measured";
  return {
    ms: readOption("--max-time", period, maxTime),
    note: (canGoOn) => (canGoOn ? `${stopped}; --resume continues` : stopped),
  };
}

export function metricsPortOf({ metricsPort }: BenchOptions): number | undefined {
  return metricsPort === undefined ? undefined : readOption("--metrics-port", count(1, 65_535), metricsPort);
}
