import { resolve } from "node:path";
import { z } from "zod";
import { readJson } from "../../base/document.ts";
import { UserError } from "../../base/problem.ts";

/** Reads and checks a JSON file. Throws a `UserError` with the file's name, the place and what was expected. */
export function readJsonFile<T>(file: string, baseDir: string, schema: z.ZodType<T>): T {
  const { data, error } = schema.safeParse(readJson(resolve(baseDir, file), file));
  if (error === undefined) return data;
  const places = error.issues.map(({ path, message }) => [z.core.toDotPath(path), message].filter(Boolean));
  throw new UserError(places.map((place) => [file, ...place].join(": ")));
}
