import { resolve } from "node:path";
import type { z } from "zod";
import { readJson } from "../../base/document.ts";
import { UserError } from "../../base/problem.ts";

/** Reads and checks a JSON file. Throws a `UserError` with the file's name, the place and what was expected. */
export async function readJsonFile<T>(file: string, baseDir: string, schema: z.ZodType<T>): Promise<T> {
  const json = readJson(resolve(baseDir, file), file);
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
