/**
 * What each part of tracing costs by itself, in ns of CPU: `npm run micro -- --out before.json`, and later
 * `npm run micro -- --against before.json`. Each round is a fresh process; intervals are over rounds, and a comparison
 * is of ratios to a yardstick, a fixed piece of work without tracing.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { UserError } from "../src/base/problem.ts";
import { seededRandom, shuffled } from "../src/base/random.ts";
import { count, period } from "../src/base/units.ts";
import { readOption } from "../src/cli/read-option.ts";
import { interval, oneSample, welch, type Contrast } from "../src/estimate/statistics/student.ts";
import { PARTS } from "./micro/parts.ts";
import { scriptOptions } from "./script-options.ts";

/** A file of `--out`: for each part its ns per operation, round by round. */
const fileSchema = z.object({
  kind: z.literal("micro"),
  node: z.string(),
  nsPerOp: z.record(z.string(), z.array(z.number().positive())),
});
type MicroFile = z.infer<typeof fileSchema>;

const options = scriptOptions(() => {
  const { values } = parseArgs({
    options: {
      filter: { type: "string", default: "" },
      rounds: { type: "string", default: "8" },
      time: { type: "string", default: "30ms" },
      out: { type: "string" },
      against: { type: "string" },
    },
  });
  const parts = Object.keys(PARTS).filter((name) => name.includes(values.filter));
  if (parts.length === 0) throw new UserError(`--filter "${values.filter}": no part has that in its name`);
  const base = values.against === undefined ? undefined : readFile(values.against);
  const rounds = readOption("--rounds", count(2), values.rounds);
  return { parts, rounds, timeMs: readOption("--time", period, values.time), out: values.out, base };
});

const measured: MicroFile = { kind: "micro", node: process.version, nsPerOp: {} };
for (let round = 1; round <= options.rounds; round++) {
  const parts = shuffled(options.parts, seededRandom(round));
  for (const [part, ns] of Object.entries(await runRound(parts, options.timeMs)))
    (measured.nsPerOp[part] ??= []).push(ns);
  process.stderr.write(`round ${round} of ${options.rounds}\n`);
}
if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(measured)}\n`);
for (const part of ["yardstick", ...options.parts]) process.stdout.write(`${lineOf(part)}\n`);

async function runRound(parts: readonly string[], timeMs: number): Promise<Record<string, number>> {
  const task = JSON.stringify({ parts, timeMs });
  // exporters that print must not print into the table
  const child = fork(new URL("micro/round.ts", import.meta.url), [task], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let answer: Record<string, number> | undefined;
  child.on("message", (message) => (answer = message as Record<string, number>));
  await once(child, "exit");
  if (answer === undefined) throw new Error("a round ended without figures");
  return answer;
}

function lineOf(part: string): string {
  const ns = measured.nsPerOp[part]!;
  const figure = intervalText(oneSample(ns.map(Math.log)), (log) => Number(Math.exp(log).toPrecision(3)).toString());
  const before = options.base?.nsPerOp[part];
  const change = before === undefined ? "" : changeText(relative(options.base!, part), relative(measured, part));
  return `${part.padEnd(50)} ${figure} ns${change}`;
}

/** The part's cost over the yardstick's, round by round, as logarithms; the yardstick itself as it is. */
function relative({ nsPerOp }: MicroFile, part: string): number[] {
  return nsPerOp[part]!.map((ns, round) => Math.log(part === "yardstick" ? ns : ns / nsPerOp["yardstick"]![round]!));
}

function changeText(before: readonly number[], now: readonly number[]): string {
  const percent = (log: number): string => `${log < 0 ? "" : "+"}${(Math.expm1(log) * 100).toFixed(1)}`;
  return `   ${intervalText(welch(now, before), percent)} %`;
}

function intervalText(contrast: Contrast, format: (log: number) => string): string {
  const bounds = interval(contrast, 0.95);
  const range = bounds === undefined ? "" : ` [${format(bounds.low)}, ${format(bounds.high)}]`;
  return format(contrast.mean) + range;
}

function readFile(file: string): MicroFile {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new UserError(`--against "${file}": not a file that npm run micro -- --out has written`);
  }
}
