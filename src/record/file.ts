import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../base/problem.ts";
import { resultsSchema, SCHEMA_VERSION, type Results } from "./results.ts";

/** Writes the whole file or nothing: a reader never sees half of it. */
export function writeResults(path: string, results: Results): void {
  const half = `${path}.${process.pid}.tmp`;
  writeFileSync(half, `${JSON.stringify(results)}\n`);
  renameSync(half, path);
}

/** Reads and checks a results file. Throws a `UserError` that says what is wrong with it. */
export function readResults(path: string): Results {
  const value = parse(path);
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version !== "number")
    throw new UserError(`"${path}" is not a results file of Spantoll: it has no schemaVersion`);
  if (version !== SCHEMA_VERSION) {
    throw new UserError(
      `"${path}" has schema version ${version}; this Spantoll reads ${SCHEMA_VERSION}: ${version > SCHEMA_VERSION ? "use a newer Spantoll" : "measure again"}`,
    );
  }
  const results = resultsSchema.safeParse(value);
  if (results.success) return results.data;
  const [issue] = results.error.issues;
  throw new UserError(`"${path}" is damaged: ${issue!.path.join(".")}: ${issue!.message}`);
}

function parse(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`"${path}" cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`"${path}" is not whole JSON, perhaps cut off: ${(error as Error).message}`);
  }
}

/** The JSON Schema of a results file, for other tools. */
export function resultsJsonSchema(): object {
  return z.toJSONSchema(resultsSchema, { io: "output", unrepresentable: "any" });
}
