import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import { didYouMean, UserError } from "../../src/base/problem.ts";
import { count } from "../../src/base/units.ts";
import { readOption } from "../../src/cli/read-option.ts";
import { readResults } from "../../src/record/file.ts";
import { closed } from "./closed.ts";
import { growth } from "./growth.ts";
import { open } from "./open.ts";
import type { NamedRun, Section } from "./section.ts";
import { sink } from "./sink.ts";
import { startup } from "./startup.ts";

const SECTIONS: readonly Section[] = [closed, open, sink, startup, growth];
const NAMES = SECTIONS.map(({ name }) => name);
const EXAMPLE = fileURLToPath(new URL("../../results/example.json", import.meta.url));

export interface Options {
  readonly sections: readonly Section[];
  /** Undefined: what each section takes by itself. */
  readonly rounds: number | undefined;
  /** Undefined: a name of its own below results/. */
  readonly out: string | undefined;
  readonly run: NamedRun;
}

interface Words {
  readonly only?: string;
  readonly rounds?: string;
  readonly out?: string;
  readonly run: string;
}

/** Undefined where only help was asked for. Throws a `UserError` of one line. */
export function readOptions(args: readonly string[]): Options | undefined {
  const program = new Command("peers")
    .description("The harness beside others: drivers, receivers, and what it costs itself; about five minutes.")
    .option("--only <sections>", `some of ${NAMES.join(",")}`)
    .option("--rounds <n>", "rounds of every section; below four there are numbers without intervals")
    .option("--run <file>", "the results file whose share under load is told", EXAMPLE)
    .option("--out <file>", "where the figures go, as JSON")
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    program.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new UserError(error.message.replace(/^error: /, "").replaceAll("\n", " "));
  }
  const { only, rounds, out, run } = program.opts<Words>();
  return {
    sections: sectionsOf(only),
    rounds: rounds === undefined ? undefined : readOption("--rounds", count(), rounds),
    out,
    run: { name: `run of ${basename(run)}`, results: readResults(run) },
  };
}

/** In the order in which they are measured. */
function sectionsOf(only: string | undefined): readonly Section[] {
  if (only === undefined) return SECTIONS;
  const wanted = only.split(",").map((name) => name.trim());
  const unknown = wanted.find((name) => !NAMES.includes(name));
  if (unknown === undefined) return SECTIONS.filter(({ name }) => wanted.includes(name));
  throw new UserError(`--only "${unknown}": expected some of ${NAMES.join(", ")}${didYouMean(unknown, NAMES)}`);
}
