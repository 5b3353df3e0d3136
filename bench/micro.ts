/**
 * What each part of tracing costs by itself, in ns of CPU: `npm run micro [-- --filter sampler --rounds 8]`. Each round is a
 * fresh process with the parts in another order; intervals are over rounds.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import { UserError } from "../src/base/problem.ts";
import { seededRandom, shuffled } from "../src/base/random.ts";
import { count, period } from "../src/base/units.ts";
import { PARTS } from "./micro/parts.ts";
import { figureText } from "../src/report/format.ts";
import { endWithMistakes, meanOf, scriptOptions } from "./script.ts";

const { filter, rounds, time } = scriptOptions({
  filter: [z.string(), ""],
  rounds: [count(2), "8"],
  time: [period, "30ms"],
});
const names = Object.keys(PARTS).filter((name) => name.includes(filter));
endWithMistakes(() => {
  if (names.length === 0) throw new UserError(`--filter "${filter}": no part has that in its name`);
});

const nsPerOp: Record<string, number[]> = {};
for (let round = 1; round <= rounds; round++) {
  const parts = shuffled(names, seededRandom(round));
  for (const [part, ns] of Object.entries(await runRound(parts, time))) (nsPerOp[part] ??= []).push(ns);
  process.stderr.write(`round ${round} of ${rounds}\n`);
}
for (const part of names) process.stdout.write(`${part.padEnd(50)} ${figureText(meanOf(nsPerOp[part]!))} ns\n`);

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
