import type { Command } from "commander";
import { UserError } from "../../base/problem.ts";
import { count, rate } from "../../base/units.ts";
import { simulate, type SimulateOptions } from "../../simulate/simulate.ts";
import { sweepSpecs } from "../../simulate/sweep.ts";
import { renderTerminal } from "../../report/reporters/terminal.ts";
import { samplers } from "../../target/samplers/index.ts";
import { several } from "../bench/options.ts";
import { readOption } from "../read-option.ts";
import { mediumOf } from "../terminal.ts";
import { outcomesOf } from "./figures.ts";
import { simulationPage } from "./page.ts";

/** One of each kind that production offers. */
const DEFAULT_SAMPLERS = [
  "always_on",
  "always_off",
  "ratio:0.1",
  "parentbased:ratio:0.1",
  "probability:0.1",
  "parentbased:rate:1/s",
  "ratio_floor:0.01,min=1/s",
  "tail:errors,slow=250ms,ratio=0.05",
];

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
}

export function simulateCommand(program: Command): void {
  program
    .command("simulate")
    .description("what samplers would keep of recorded traces: OTLP, Tempo, Jaeger or Zipkin, plain or packed")
    .argument("<traces...>", "trace files")
    .option("--sampler <spec>", "sampler to try, default one of each kind; e.g. ratio:0.1", several)
    .option("--sweep <range>", "sampler over a range, default none; e.g. ratio=0.001..1", several)
    .option("--traffic <rate>", "rate at which traces arrive, default as recorded; e.g. 3000/s")
    .option("--repeat <n>", "draws of new trace ids for each sampler; e.g. 30", "10")
    .option("--json", "print the results as JSON; default off")
    .action(async (files: string[], flags: SimulateFlags) => {
      const options = await optionsOf(files, flags);
      const simulation = await simulate(options);
      const { recording, warnings } = simulation;
      const judged = { recording, strategies: outcomesOf(simulation, options.trafficPerSecond), warnings };
      if (flags.json) process.stdout.write(`${JSON.stringify(judged)}\n`);
      else process.stdout.write(renderTerminal(simulationPage(judged, options), mediumOf(process.stdout)));
    });
}

async function optionsOf(files: readonly string[], flags: SimulateFlags): Promise<SimulateOptions> {
  return {
    files,
    samplers: await samplersOf(flags),
    repeat: readOption("--repeat", count(), flags.repeat),
    seed: SEED,
    windowSpans: WINDOW_SPANS,
    trafficPerSecond: flags.traffic === undefined ? undefined : readOption("--traffic", rate, flags.traffic),
    baseDir: process.cwd(),
  };
}

/** Canonical samplers without repetition. Throws a `UserError` if one names a missing file. */
async function samplersOf(flags: SimulateFlags): Promise<string[]> {
  const asked = [...(flags.sampler ?? []), ...(flags.sweep ?? []).flatMap(sweepSpecs)];
  const specs = (asked.length === 0 ? DEFAULT_SAMPLERS : asked).map((text) => samplers.parse(text));
  for (const { kind, config, text: canonical } of specs) {
    if (!kind.traced) {
      throw new UserError(`--sampler ${canonical}: has no sampler to simulate`);
    }
    await kind.check?.(config, { baseDir: process.cwd() });
  }
  return [...new Set(specs.map(({ text: canonical }) => canonical))];
}
