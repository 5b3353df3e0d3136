import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { createLogUpdate } from "log-update";
import { UserError } from "../base/problem.ts";
import { count } from "../base/units.ts";
import { microPlan, microScenario, PARTS, runMicro, type MicroWish } from "../micro/index.ts";
import {
  Journal,
  readEnvironment,
  readResults,
  SCHEMA_VERSION,
  writeResults,
  type Results,
  type TrialRecord,
} from "../record/index.ts";
import { buildReport, renderTerminal } from "../report/index.ts";
import { findPinning } from "../trial/index.ts";
import type { Outcome } from "./index.ts";
import { onInterrupt } from "./interrupt.ts";
import { tablesOfParts } from "./parts.ts";
import { formatAbout } from "./progress.ts";
import { mediumOf } from "./report.ts";
import { estimatesOf } from "./session.ts";

/** All parts within three minutes on two cores. */
const USUAL = { rounds: 6, effort: { warmupMs: 100, timeMs: 100 } };
const QUICK = { rounds: 2, effort: { warmupMs: 60, timeMs: 40 } };

interface MicroOptions {
  readonly filter?: string[];
  readonly rounds?: string;
  readonly seed: string;
  readonly quick?: true;
  readonly list?: true;
  readonly against?: string;
  readonly out?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export function microCommand(program: Command, outcome: Outcome): void {
  const several = (value: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), value];
  program
    .command("micro")
    .description("measure each part of tracing by itself: what a span, an attribute, a decision cost")
    .option("--filter <text>", "only parts with this in their name; may be given again", several)
    .option("--rounds <n>", "processes for each part")
    .option("--seed <n>", "of the order", "1")
    .option("--quick", "fewer and shorter rounds")
    .option("--list", "name the parts, and measure nothing")
    .option("--against <file>", "say how much of the cost that a run of bench has measured the parts explain")
    .option("--out <file>", "the results file")
    .option("--json", "print the results as JSON")
    .option("--quiet", "no progress")
    .action(async (options: MicroOptions) => {
      outcome.exitCode = options.list ? list(options) : await micro(options);
    });
}

function list({ filter }: MicroOptions): number {
  const parts = PARTS.filter(({ name }) => asked(filter).includes(name));
  const width = Math.max(...parts.map(({ name }) => name.length));
  process.stdout.write(parts.map(({ name, about }) => `${name.padEnd(width)}  ${about}\n`).join(""));
  return 0;
}

async function micro(options: MicroOptions): Promise<number> {
  const size = options.quick ? QUICK : USUAL;
  const wish: MicroWish = {
    parts: asked(options.filter),
    rounds: options.rounds === undefined ? size.rounds : whole("--rounds", 1, options.rounds),
    seed: whole("--seed", 0, options.seed),
    effort: size.effort,
  };
  const run = options.against === undefined ? undefined : readResults(options.against);
  const environment = await readEnvironment(process.execPath, findPinning().pinning);
  const out = options.out ?? `results/micro-${environment.startedAt.replaceAll(/[:.]/g, "-").slice(0, 19)}Z.json`;
  if (options.out === undefined) mkdirSync(dirname(out), { recursive: true });
  const interruption = onInterrupt();
  const results = await measured(wish, environment, out, options.quiet ?? false, interruption.signal).finally(() =>
    interruption.dispose(),
  );
  const estimates = estimatesOf(results);
  writeResults(out, { ...results, estimates });
  const built = buildReport(results, estimates);
  const explained = run === undefined ? [] : tablesOfParts("--against", estimates, run);
  const report = { ...built, tables: [...built.tables, ...explained] };
  process.stdout.write(
    options.json ? `${JSON.stringify({ ...results, estimates })}\n` : renderTerminal(report, mediumOf(process.stdout)),
  );
  process.stderr.write(`results: ${out}\n`);
  return interruption.code() ?? (results.records.every(({ ending }) => ending === "completed") ? 0 : 1);
}

/** Names of the parts that the filters leave. */
function asked(filters: readonly string[] | undefined): string[] {
  const names = PARTS.map(({ name }) => name);
  const left = names.filter((name) => filters?.some((filter) => name.includes(filter)) ?? true);
  if (left.length > 0) return left;
  throw new UserError(`--filter "${filters!.join(" ")}": no part has this in its name; micro --list names them`);
}

function whole(option: string, least: number, text: string): number {
  const read = count(least).safeParse(text);
  if (!read.success) throw new UserError(`${option} "${text}": expected ${read.error.issues[0]!.message}`);
  return read.data;
}

/** Measures with a journal beside the results file, where every complete round is on disk before the next starts. */
async function measured(
  wish: MicroWish,
  environment: Results["environment"],
  out: string,
  quiet: boolean,
  signal: AbortSignal,
): Promise<Results> {
  const plan = microPlan(wish);
  const header = { schemaVersion: SCHEMA_VERSION, environment, scenario: microScenario(wish), plan } as const;
  const journal = new Journal(out, header);
  const records: TrialRecord[] = [];
  const told = createLogUpdate(process.stderr);
  const startMs = performance.now();
  const tell = (done: number, total: number): void => {
    const leftMs = ((performance.now() - startMs) / done) * (total - done);
    if (!quiet && process.stderr.isTTY) told(`${done} of ${total} processes · about ${formatAbout(leftMs)} left`);
  };
  const finished = (round: readonly TrialRecord[]): void => {
    records.push(...round);
    journal.add(round);
  };
  try {
    await runMicro(plan, wish.effort, { measured: tell, finished }, signal);
  } finally {
    told.clear();
  }
  journal.finish();
  return { ...header, ending: signal.aborted ? "interrupted" : "completed", records, estimates: [], notes: [] };
}
