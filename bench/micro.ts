/**
 * What each part of tracing costs by itself, in ns of CPU: `npm run micro -- --out before.json`, and later
 * `npm run micro -- --against before.json`. Each round is a fresh process; intervals are over rounds, and a comparison
 * is of ratios to a yardstick, a fixed piece of work without tracing.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../src/base/problem.ts";
import { seededRandom, shuffled } from "../src/base/random.ts";
import { count, period, text } from "../src/base/units.ts";
import { interval, oneSample, welch, type Contrast } from "../src/estimate/statistics/student.ts";
import { PARTS } from "./micro/parts.ts";
import { endWithMistakes, scriptOptions } from "./script-options.ts";

/** A file of `--out`: for each part its ns per operation, round by round. */
const fileSchema = z.object({
  kind: z.literal("micro"),
  node: z.string(),
  nsPerOp: z.record(z.string(), z.array(z.number().positive())),
});
type MicroFile = z.infer<typeof fileSchema>;

const { filter, rounds, time, out, against } = scriptOptions({
  filter: [z.string(), ""],
  rounds: [count(2), "8"],
  time: [period, "30ms"],
  out: [text],
  against: [text],
});
const names = Object.keys(PARTS).filter((name) => name.includes(filter));
const base = endWithMistakes(() => {
  if (names.length === 0) throw new UserError(`--filter "${filter}": no part has that in its name`);
  return against === undefined ? undefined : readFile(against);
});

const measured: MicroFile = { kind: "micro", node: process.version, nsPerOp: {} };
for (let round = 1; round <= rounds; round++) {
  const parts = shuffled(names, seededRandom(round));
  for (const [part, ns] of Object.entries(await runRound(parts, time))) (measured.nsPerOp[part] ??= []).push(ns);
  process.stderr.write(`round ${round} of ${rounds}\n`);
}
if (out !== undefined) writeFileSync(out, `${JSON.stringify(measured)}\n`);
for (const part of ["yardstick", ...names]) process.stdout.write(`${lineOf(part)}\n`);

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
  const before = base?.nsPerOp[part];
  const change = before === undefined ? "" : changeText(relative(base!, part), relative(measured, part));
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
