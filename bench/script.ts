import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import type { z } from "zod";
import { UserError } from "../src/base/problem.ts";
import { readOption } from "../src/cli/read-option.ts";
import { CONFIDENCE, usefulBounds } from "../src/estimate/estimate.ts";
import { interval, oneSample } from "../src/estimate/statistics/student.ts";
import { readResults } from "../src/record/file.ts";
import type { Figure } from "../src/report/format.ts";
import type { Results } from "../src/record/results.ts";

export const REPOSITORY = join(import.meta.dirname, "..");

/** How the text of an option is read, and its default; without one the option may be absent. */
type Option = readonly [read: z.ZodType<unknown, string>, text?: string];
type Read<O extends Option> = O extends readonly [z.ZodType<infer T, string>, string] ? T : z.output<O[0]> | undefined;

/** A script's options by name. A mistake in them ends the script with 2 and one line. */
export function scriptOptions<const O extends Readonly<Record<string, Option>>>(
  options: O,
): { readonly [K in keyof O]: Read<O[K]> } {
  return endWithMistakes(() => {
    const names = Object.keys(options).map((name) => [name, { type: "string" as const }]);
    const values: Readonly<Record<string, unknown>> = parseArgs({ options: Object.fromEntries(names) }).values;
    const read = Object.entries(options).map(([name, [quantity, text]]) => {
      const given = (values[name] as string | undefined) ?? text;
      return [name, given === undefined ? undefined : readOption(`--${name}`, quantity, given)];
    });
    return Object.fromEntries(read) as { readonly [K in keyof O]: Read<O[K]> };
  });
}

/** A folder that is gone when the script ends. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `spantoll-${name}-`));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  return folder;
}

/** What `read` returns; if that throws for a mistake of the user, the script ends with 2 and one line. */
export function endWithMistakes<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError) && !isOfParseArgs(error)) throw error;
    // parseArgs goes on to guess what was meant
    process.stderr.write(`${error.message.split("\n", 1)[0]!}\n`);
    return process.exit(2);
  }
}

function isOfParseArgs(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
}

/** Runs a command of the program in `repository`. A mistake in it ends the script with 2; what is no exit code of it throws. */
export async function runProgram(
  words: readonly string[],
  cwd = process.cwd(),
  repository = REPOSITORY,
): Promise<string> {
  const run = await execa(process.execPath, [join(repository, "src", "main.ts"), ...words], { cwd, reject: false });
  endWithMistakes(() => {
    if (run.exitCode === 2) throw new UserError(run.stderr);
  });
  if (run.exitCode === undefined || ![0, 1, 3].includes(run.exitCode)) throw new Error(run.stderr);
  return run.stdout;
}

/** The results of `bench` with these words. */
export async function measure(words: readonly string[], out: string, cwd?: string): Promise<Results> {
  await runProgram(["bench", ...words, "--quiet", "--force", "--out", out], cwd);
  return readResults(out);
}

/** The geometric mean over rounds, with its interval of 95 % if there are enough. */
export function meanOf(values: readonly number[]): Figure {
  const contrast = oneSample(values.map(Math.log));
  const logs = interval(contrast, CONFIDENCE);
  const bounds = usefulBounds(logs && { low: Math.exp(logs.low), high: Math.exp(logs.high) }, values.length);
  return { center: Math.exp(contrast.mean), ...bounds };
}
