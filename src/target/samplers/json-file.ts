import { resolve } from "node:path";
import type { z } from "zod";
import { UserError } from "../../base/problem.ts";
import { readText } from "../../base/regular-file.ts";

/** Reads and checks a JSON file. Throws a `UserError` with the file's name, the place and what was expected. */
export async function readJsonFile<T>(file: string, baseDir: string, schema: z.ZodType<T>): Promise<T> {
  let text: string;
  try {
    text = readText(resolve(baseDir, file));
  } catch (error) {
    throw new UserError(`${file}: cannot be read (${(error as Error).message})`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file}: not JSON: ${(error as Error).message}`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new UserError(result.error.issues.map(({ path, message }) => `${file}: ${place(path)}${message}`));
}

function place(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "";
  return `${path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "")}: `;
}
