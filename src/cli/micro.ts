import type { Command } from "commander";
import { formatDuration } from "../base/units.ts";
import { PARTS } from "../micro/parts/index.ts";
import { readEnvironment } from "../record/environment.ts";
import { buildReport } from "../report/build.ts";
import { renderTerminal } from "../report/reporters/terminal.ts";
import { findPinning } from "../run/processes/pinning.ts";
import type { Outcome } from "./exit-code.ts";
import { onInterrupt } from "./interrupt.ts";
import { MAX_TIME_MS, partsAsked, wishOf, type MicroOptions } from "./micro-options.ts";
import { defaultOut, measureParts } from "./micro-session.ts";
import { mediumOf } from "./terminal.ts";
import { keepResults, placeOf } from "./bench/run-file.ts";
import { estimatesOf } from "../estimate/estimates.ts";

export function microCommand(program: Command, outcome: Outcome): void {
  const several = (value: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), value];
  program
    .command("micro")
    .description("measure each part of tracing by itself: what a span, an attribute, a decision cost")
    .option("--filter <text>", "only parts with this in their name; may be given again", several)
    .option("--rounds <n>", "processes for each part")
    .option(
      "--max-time <time>",
      `start no round that would end later; ${formatDuration(MAX_TIME_MS)} unless --rounds is given`,
    )
    .option("--seed <n>", "of the order", "1")
    .option("--quick", "fewer and shorter rounds: numbers without verdicts")
    .option("--list", "name the parts, and measure nothing")
    .option("--out <file>", "the results file")
    .option("--json", "print the results as JSON")
    .option("--quiet", "no progress")
    .action(async (options: MicroOptions) => {
      outcome.exitCode = options.list ? list(options) : await micro(options);
    });
}

function list({ filter }: MicroOptions): number {
  const names = partsAsked(filter);
  const parts = PARTS.filter(({ name }) => names.includes(name));
  const width = Math.max(...parts.map(({ name }) => name.length));
  process.stdout.write(parts.map(({ name, about }) => `${name.padEnd(width)}  ${about}\n`).join(""));
  return 0;
}

async function micro(options: MicroOptions): Promise<number> {
  const wish = wishOf(options);
  const environment = await readEnvironment(process.execPath, findPinning().pinning);
  const out = options.out ?? defaultOut(environment);
  const interruption = onInterrupt();
  const session = { wish, environment, out, quiet: options.quiet ?? false, signal: interruption.signal };
  const measured = await measureParts(session).finally(() => interruption.dispose());
  const estimates = [...estimatesOf(measured).estimates];
  const results = { ...measured, estimates };
  keepResults(out, results);
  const report = buildReport(results, estimates);
  process.stdout.write(
    options.json ? `${JSON.stringify(results)}\n` : renderTerminal(report, mediumOf(process.stdout)),
  );
  process.stderr.write(`${placeOf(results, out)}\n`);
  return interruption.code() ?? (results.records.every(({ ending }) => ending === "completed") ? 0 : 1);
}
