import type { Command } from "commander";
import { UserError } from "../../base/problem.ts";
import { count, positiveShare, rate } from "../../base/units.ts";
import type { SimulateOptions } from "../../simulate/simulate-options.ts";
import { simulationOf, type Tallies } from "../../simulate/outcome.ts";
import { tally } from "../../simulate/simulate.ts";
import { slowThresholdsMs } from "../../simulate/thresholds.ts";
import { renderTerminal } from "../../report/reporters/terminal.ts";
import { samplers } from "../../target/samplers/index.ts";
import { EXIT, type Outcome } from "../exit-code.ts";
import { several } from "../bench/options.ts";
import { readOption } from "../read-option.ts";
import { mediumOf } from "../terminal.ts";
import { answerOf, type Answer, type Minimum } from "./answer.ts";
import { tailSpecOf } from "./collector-policy.ts";
import { outcomesOf } from "./figures.ts";
import { mergeShards, readShard, shardOutcome } from "./shard.ts";
import { simulationPage } from "./page.ts";
import { sweepSpecs } from "./sweep.ts";

/** One of each kind that production offers. */
export const DEFAULT_SAMPLERS = [
  "always_on",
  "always_off",
  "ratio:0.1",
  "parentbased:ratio:0.1",
  "probability:0.1",
  "parentbased:rate:1/s",
  "ratio_floor:0.01,min=1/s",
  "tail:errors,slow=250ms,ratio=0.05",
];

/** What is searched for the least volume, if no other sampler is named: with the thresholds of the recording. */
async function searched(files: readonly string[]): Promise<string[]> {
  const thresholds = await slowThresholdsMs(files, WINDOW_SPANS);
  return [
    "always_on",
    ...["ratio:0.001..1", "parentbased:rate:0.1/s..1000/s", "ratio_floor:0.001..0.5,min=1/s"].flatMap(sweepSpecs),
    ...sweepSpecs("tail:errors,ratio=0.001..0.5"),
    ...thresholds.flatMap((ms) => [
      `tail:errors,slow=${ms}ms`,
      `tail:slow=${ms}ms`,
      `tail:errors,slow=${ms}ms,ratio=0.05`,
    ]),
    "tail:errors",
  ];
}

/** Before the name of a Collector's configuration file. */
const COLLECTOR = "tail_sampling:";

const MINIMA = {
  minErrors: { metric: "errorRecall", of: "failed traces" },
  minSlow: { metric: "tailRecall", of: "slowest 1 %" },
} as const;

/** Of the new trace ids. */
const SEED = 1;
/** Spans held while their traces are put together. */
const WINDOW_SPANS = 100_000;

interface SimulateFlags {
  readonly sampler?: string[];
  readonly sweep?: string[];
  readonly traffic?: string;
  readonly repeat: string;
  readonly json?: true;
  readonly verbose?: true;
  readonly minErrors?: string;
  readonly minSlow?: string;
  readonly shard?: string;
  readonly merge?: true;
}

interface Task {
  readonly options: SimulateOptions;
  readonly minima: readonly Minimum[];
}

export function simulateCommand(program: Command, outcome: Outcome): void {
  program
    .command("simulate")
    .description("what samplers would keep of recorded traces: OTLP, Tempo, Jaeger or Zipkin, plain or packed")
    .argument("<traces...>", "trace files; with --merge the outcomes of shards")
    .option(
      "--sampler <spec>",
      "sampler to try, or tail_sampling:FILE of a Collector, default one of each kind; e.g. ratio:0.1",
      several,
    )
    .option(
      "--sweep <range>",
      "sampler over a range, +STEP for equal steps, default none; e.g. tail:errors,slow=50ms..500ms",
      several,
    )
    .option("--traffic <rate>", "rate at which traces arrive, default as recorded; e.g. 3000/s")
    .option("--repeat <n>", "draws of new trace ids for each sampler; e.g. 30", "10")
    .option(
      "--min-errors <share>",
      "find what keeps this share of failed traces in the fewest spans, default off; e.g. 95%",
    )
    .option("--min-slow <share>", "the same for the slowest 1 % of each route, default off; e.g. 50%")
    .option("--shard <part>", "decide one part of the traces and print it for --merge, default all; e.g. 3/16")
    .option("--merge", "put all shards together: the result of one run, default off; e.g. --merge shard-*.json")
    .option("--json", "print the results as JSON; default off")
    .option("--verbose", "print every table and warning in full; default off")
    .action(async (files: string[], flags: SimulateFlags, command: Command) => {
      if (flags.merge) {
        refuseOthers(command);
        const { asked, tallies } = mergeShards(files);
        return printResult(
          tallies,
          { options: { ...asked, files, baseDir: "" }, minima: asked.minima },
          flags,
          outcome,
        );
      }
      const minima = minimaOf(flags);
      const options = await optionsOf(files, flags, minima.length > 0);
      if (flags.shard === undefined) printResult(await tally(options), { options, minima }, flags, outcome);
      else process.stdout.write(`${await shardOutcome(readShard(flags.shard), options, minima)}\n`);
    });
}

/** The shards know what was asked. */
function refuseOthers(command: Command): void {
  const given = command.options.find(
    (option) =>
      !["merge", "json", "verbose"].includes(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (given !== undefined) throw new UserError(`${given.long}: has no effect with --merge; give it to each --shard`);
}

function printResult(tallies: Tallies, { options, minima }: Task, flags: SimulateFlags, outcome: Outcome): void {
  const simulation = simulationOf(tallies);
  const { recording, warnings } = simulation;
  const judged = { recording, strategies: outcomesOf(simulation, options.trafficPerSecond), warnings };
  const answer = minima.length > 0 ? answerOf(judged.strategies, minima) : undefined;
  if (answer !== undefined) outcome.exitCode = exitCodeOf(answer);
  if (flags.json)
    process.stdout.write(`${JSON.stringify({ ...judged, ...(answer && { answer: summaryOf(answer) }) })}\n`);
  else {
    const page = simulationPage(judged, options, answer && { answer, minima });
    process.stdout.write(renderTerminal(page, mediumOf(process.stdout, flags.verbose)));
  }
}

function exitCodeOf({ best, doubts }: Answer): number {
  if (doubts.length > 0) return EXIT.unjudged;
  return best === undefined ? EXIT.regression : EXIT.measured;
}

function summaryOf({ front, best, doubts }: Answer): object {
  return { sampler: best?.sampler, front: front.map(({ sampler }) => sampler), doubts };
}

function minimaOf(flags: SimulateFlags): Minimum[] {
  return Object.entries(MINIMA).flatMap(([flag, minimum]) => {
    const given = flags[flag as keyof typeof MINIMA];
    const option = flag.replace(/^min/, "--min-").toLowerCase();
    return given === undefined ? [] : [{ ...minimum, share: readOption(option, positiveShare, given) }];
  });
}

async function optionsOf(files: readonly string[], flags: SimulateFlags, isSearch: boolean): Promise<SimulateOptions> {
  return {
    files,
    samplers: await samplersOf(flags, () => (isSearch ? searched(files) : DEFAULT_SAMPLERS)),
    repeat: readOption("--repeat", count(), flags.repeat),
    seed: SEED,
    windowSpans: WINDOW_SPANS,
    trafficPerSecond: flags.traffic === undefined ? undefined : readOption("--traffic", rate, flags.traffic),
    baseDir: process.cwd(),
  };
}

/** Canonical samplers without repetition. Throws a `UserError` if one names a missing file. */
async function samplersOf(
  flags: SimulateFlags,
  usual: () => readonly string[] | Promise<readonly string[]>,
): Promise<string[]> {
  const given = (flags.sampler ?? []).map((text) =>
    text.startsWith(COLLECTOR) ? tailSpecOf(text.slice(COLLECTOR.length)) : text,
  );
  const asked = [...given, ...(flags.sweep ?? []).flatMap(sweepSpecs)];
  const specs = (asked.length === 0 ? await usual() : asked).map((text) =>
    readOption("--sampler", samplers.codec, text),
  );
  for (const { kind, config, text: canonical } of specs) {
    if (!kind.traced) {
      throw new UserError(`--sampler "${canonical}": has no sampler to simulate`);
    }
    await kind.check?.(config, { baseDir: process.cwd() });
  }
  return [...new Set(specs.map(({ text: canonical }) => canonical))];
}
