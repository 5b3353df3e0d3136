/** Runs the program as a user does: a process of its own, its exit code, and what it wrote. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { siblingModule } from "../base/sibling.ts";
import { readResults } from "../record/file.ts";
import type { Results } from "../record/results.ts";

export const MAIN = siblingModule(import.meta.url, "../main");

/** The smallest run that does everything. To warm up takes all of the CPU. */
export const TINY = "--rounds 1 --duration 400ms --warmup 50ms --rate 100/s --connections 4".split(" ");

/** Starts the program. Awaiting it gives exit code, stdout and stderr. */
export function start(args: readonly string[], { cwd, env }: { cwd?: string; env?: Record<string, string> } = {}) {
  return execa(process.execPath, [MAIN, ...args], {
    reject: false,
    stdin: "ignore",
    ...(cwd !== undefined && { cwd }),
    ...(env && { env }),
  });
}

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const startRunner = () =>
  execa(process.execPath, [siblingModule(import.meta.url, "./command-lines.fixture")], { ipc: true, reject: false });
let runner: ReturnType<typeof startRunner> | undefined;
let last: Promise<unknown> = Promise.resolve();
after(() => runner?.kill());

/** The same, with one process for all calls of a test file: the program is loaded once. */
export function runTogether(...args: readonly string[]): Promise<Outcome> {
  return runTogetherIn(process.cwd(), ...args);
}

export function runTogetherIn(cwd: string, ...args: readonly string[]): Promise<Outcome> {
  const outcome = last.then(async () => {
    const program = (runner ??= startRunner());
    const [answer] = await Promise.all([program.getOneMessage(), program.sendMessage({ cwd, args: [...args] })]);
    return answer as unknown as Outcome;
  });
  last = outcome.catch(() => (runner = undefined));
  return outcome;
}

/** A small real measurement, and its results file read back. */
export async function measure(
  out: string,
  ...args: readonly string[]
): Promise<{ results: Results; exitCode: number; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await runTogether("bench", ...TINY, ...args, "--out", out);
  return { results: readResults(out), exitCode, stdout, stderr };
}

/** Writes a JSON file and returns its path. */
export function writeJson(folder: string, name: string, content: unknown): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

/** Waits for 20 s at most until the condition holds; `what`, for the message. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (condition()) return;
    await sleep(50);
  }
  assert.fail(`never: ${what}`);
}
