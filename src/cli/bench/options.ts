import type { Command } from "commander";
import { UserError } from "../../base/problem.ts";
import { REPEATED, type Overrides } from "../../spec/read.ts";
import type { Scenario, ScenarioText } from "../../spec/scenario.ts";
import { keptVariables } from "../../run/processes/clean-environment.ts";
import type { Setting } from "../../run/setting.ts";
import { checkRemote } from "./refusals.ts";

/** Options that are fields of a scenario of the same name. */
const FIELDS = [
  "target",
  "driver",
  "rounds",
  "duration",
  "warmup",
  "rate",
  "costRate",
  "connections",
  "precision",
] as const satisfies readonly (keyof ScenarioText)[];
type Several = (typeof REPEATED)[keyof typeof REPEATED] | "costRate" | "keepEnv";
type Text =
  | Exclude<(typeof FIELDS)[number], Several>
  | ("base" | "candidate" | "install" | "threshold" | "out" | "resume" | "record" | "allowRemote");
type Flag = "quick" | "keepJaeger" | "force" | "check" | "dryRun" | "json" | "quiet" | "verbose";

export type BenchOptions = { readonly reference: boolean } & { readonly [Name in Several]?: string[] } & {
  readonly [Name in Text]?: string;
} & { readonly [Name in Flag]?: true };

/** For options that may be given several times. */
export const several = (value: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), value];

export function withBenchOptions(command: Command): Command {
  return command
    .optionsGroup("What to measure (repeat an option to compare several values):")
    .option("--sampler <spec>", "default ratio:0.1; e.g. parentbased:ratio:0.05", several)
    .option("--processor <spec>", "span processor, default batch; e.g. batch:queue=4096", several)
    .option("--instrumentation <list>", "default of the target, for command: auto; e.g. http,express,pg", several)
    .option("--exporter <spec>", "default otlp-http/protobuf; e.g. otlp-grpc:gzip", several)
    .option("--backend <spec>", "how the sink behaves, default healthy; e.g. slow:200ms", several)
    .option("--collector <spec>", "between service and sink, default none; e.g. tail-sampling", several)
    .option("--otel <version>", "OpenTelemetry SDK in the target, default Spantoll's own; e.g. 3.1.1", several)
    .option("--node <version>", "Node that runs the target, or its path, default this one; e.g. 26", several)
    .option("--target <spec>", 'service to measure, default orders; e.g. command:"node server.js"')
    .option("--driver <spec>", "what sends the load, default built-in; e.g. vegeta or locust:workers=4")
    .option("--allow-remote <host>", "host that may be loaded over the network, default none; e.g. 10.0.0.7")
    .option("--no-reference", "do not measure always_on for comparison")
    .optionsGroup("How to measure:")
    .option(
      "--phase <name>",
      "cost, latency, capacity, profile or start, default the first three (url: two, --base: cost); e.g. cost",
      several,
    )
    .option(
      "--rounds <n>",
      "restarts of every variant, default 6 (5 if phases have processes of their own, as of your own service; 7 of --phase cost alone); e.g. 5",
    )
    .option("--duration <time>", "length of the measured window, default by phase; e.g. 10s")
    .option("--warmup <time>", "load before the window (cost: the longest of the rounds), default by phase; e.g. 20s")
    .option("--rate <rate>", "requests for each variant, default 600/s (fastapi 100/s); e.g. 30/m")
    .option(
      "--cost-rate <rate>",
      "the same for cost, default 1200/s in all (less of a target that costs more); repeat it for a curve; e.g. 200/s",
      several,
    )
    .option("--connections <n>", "to each variant, default 16, in capacity 512; e.g. 64")
    .option("--precision <share>", "add rounds until intervals are this narrow, default off; e.g. 1%")
    .option("--quick", "2 short rounds: numbers within a minute, no verdicts; default off")
    .option(
      "--keep-env <name>",
      "OTEL_* or proxy variable that the target inherits, default none; e.g. OTEL_LOG_LEVEL",
      several,
    )
    .optionsGroup("Compare two commits, side by side in the same rounds:")
    .option("--base <ref>", "commit, branch or tag to compare with, default none; e.g. main")
    .option("--candidate <ref>", "commit to judge, default HEAD; e.g. my-branch")
    .option("--install <command>", 'how a checkout gets its packages, default npm ci if needed; e.g. "pnpm i"')
    .option(
      "--threshold <shares>",
      "smallest change that matters, default cpu=2%,p99=10%,throughput=3%,lost=0; e.g. cpu=5%",
    )
    .optionsGroup("Output and control:")
    .option("--out <file>", "results file, default results/<time>-<commit>.json; e.g. run.json")
    .option("--force", "replace existing output files; default off")
    .option("--record <file>", "also write traces of always_on for `simulate`, default off; e.g. traces.jsonl")
    .option("--resume <file>", "continue an interrupted run, default off; e.g. run.json")
    .option("--keep-jaeger", "leave the last Jaeger of the run running, with its traces; default off")
    .option("--check", "only check that the target is set up right, in seconds; default off")
    .option("--dry-run", "print the plan and its duration, and measure nothing; default off")
    .option("--json", "print the results as JSON; default off")
    .option("--quiet", "print no progress; default off")
    .option("--verbose", "print every table and warning in full; default off");
}

/** Scenario fields that options override. */
export function overridesOf(options: BenchOptions): Overrides {
  const named = [...Object.entries(REPEATED), ...FIELDS.map((name) => [name, name] as const)].map(
    ([field, option]) => [field, options[option]] as const,
  );
  const given = [...named, ["reference", options.reference ? undefined : false] as const].filter(
    ([, value]) => value !== undefined,
  );
  // what a change of the code costs
  const usual = options.base === undefined ? undefined : { usualPhases: ["cost"] as const };
  return { fields: Object.fromEntries(given), quick: options.quick ?? false, ...usual };
}

/** How a run is controlled, new or resumed. Throws a `UserError` for --keep-jaeger without a Jaeger. */
export function controlOf(
  scenario: Scenario,
  { quiet, keepJaeger, allowRemote, keepEnv = [] }: BenchOptions,
): Pick<Setting, "keepJaeger" | "kept" | "allowRemote"> & { readonly quiet: boolean } {
  checkRemote(scenario, allowRemote);
  if (keepJaeger === true && !scenario.collectors.some(({ kind }) => kind.program?.stores === true))
    throw new UserError("--keep-jaeger: needs --collector jaeger");
  return {
    quiet: quiet === true,
    keepJaeger: keepJaeger === true,
    allowRemote,
    kept: keptVariables(process.env, keepEnv),
  };
}
