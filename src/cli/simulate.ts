import { Option, type Command } from "commander";
import { UserError } from "../base/problem.ts";
import { count, rate } from "../base/units.ts";
import { simulate, type SimulateOptions } from "../simulate/simulate.ts";
import { sweepSpecs } from "../simulate/sweep.ts";
import { renderTerminal } from "../report/reporters/terminal.ts";
import { samplers } from "../target/samplers/index.ts";
import { readOption } from "./read-option.ts";
import { mediumOf } from "./report.ts";
import { simulationPage } from "./simulate-page.ts";

/** What production offers, one of each, where nothing else is asked for. */
const USUAL_SAMPLERS = [
  "always_on",
  "always_off",
  "ratio:0.1",
  "parentbased:ratio:0.1",
  "probability:0.1",
  "parentbased:rate:1/s",
  "ratio_floor:0.01,min=1/s",
  "tail:errors,slow=250ms,ratio=0.05",
];

interface SimulateFlags {
  readonly sampler?: string[];
  readonly sweep?: string[];
  readonly traffic?: string;
  readonly repeat: string;
  readonly seed: string;
  readonly window: string;
  readonly json?: true;
}

const several = (value: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), value];

export function simulateCommand(program: Command): void {
  program
    .command("simulate")
    .description("what samplers would keep of recorded traces: OTLP, Jaeger or Zipkin v2 JSON, plain or gzip")
    .argument("<traces...>", "trace files")
    .option("--sampler <spec>", "a sampler to try, such as ratio:0.1; may be given again", several)
    .option("--sweep <range>", "a sampler over a range, such as ratio=0.001..1; may be given again", several)
    .option("--traffic <rate>", "traces arrive at this rate, such as 3000/s; without it, as recorded")
    .option("--repeat <n>", "tries of each sampler, with new trace ids", "10")
    .option("--seed <n>", "of the new trace ids", "1")
    .option("--window <spans>", "spans held while their traces are put together", "100000")
    .addOption(new Option("--json", "print the results as JSON"))
    .action(async (files: string[], flags: SimulateFlags) => {
      const options = await optionsOf(files, flags);
      const simulation = await simulate(options);
      if (flags.json) process.stdout.write(`${JSON.stringify(simulation)}\n`);
      else process.stdout.write(renderTerminal(simulationPage(simulation, options), mediumOf(process.stdout)));
    });
}

async function optionsOf(files: readonly string[], flags: SimulateFlags): Promise<SimulateOptions> {
  return {
    files,
    samplers: await samplersOf(flags),
    repeat: readOption("--repeat", count(), flags.repeat),
    seed: readOption("--seed", count(0), flags.seed),
    windowSpans: readOption("--window", count(), flags.window),
    trafficPerSecond: flags.traffic === undefined ? undefined : readOption("--traffic", rate, flags.traffic),
    baseDir: process.cwd(),
  };
}

/** Canonical, each once, and every file they name is there. */
async function samplersOf(flags: SimulateFlags): Promise<string[]> {
  const asked = [...(flags.sampler ?? []), ...(flags.sweep ?? []).flatMap(sweepSpecs)];
  const specs = (asked.length === 0 ? USUAL_SAMPLERS : asked).map((text) => samplers.parse(text));
  for (const { kind, config, canonical } of specs) {
    if (!kind.traced) {
      throw new UserError(`--sampler ${canonical}: makes no sampler, so there is nothing to simulate`);
    }
    await kind.check?.(config, { baseDir: process.cwd() });
  }
  return [...new Set(specs.map(({ canonical }) => canonical))];
}
