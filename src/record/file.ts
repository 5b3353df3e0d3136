import { renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { mistakeIn, readJson } from "../base/document.ts";
import { UserError } from "../base/problem.ts";
import { fileReason } from "../base/regular-file.ts";
import { resultsSchema, SCHEMA_VERSION, type Results } from "./results.ts";

/** Writes the whole file or nothing, for its owner only: a reader never sees half of it. */
export function writeTextWhole(path: string, text: string): void {
  const half = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(half, text, { mode: 0o600 });
    renameSync(half, path);
  } finally {
    rmSync(half, { force: true });
  }
}

/** The same of a value as JSON. Throws a `UserError` if it cannot be written. */
export function writeWhole(path: string, value: object): void {
  try {
    writeTextWhole(path, `${JSON.stringify(value)}\n`);
  } catch (error) {
    throw new UserError(`"${path}": cannot be written: ${fileReason(error)}`);
  }
}

export function writeResults(path: string, results: Results): void {
  writeWhole(path, results);
}

/** Reads and checks a results file. Throws a `UserError` that says what is wrong with it. */
export function readResults(path: string): Results {
  return readWhole(path, resultsSchema, undefined);
}

/** What a file of ours is by its `kind`; results files have none. */
type FileKind = "calibration" | undefined;

/** Reads and checks a file of ours. Throws a `UserError` that says what is wrong with it. */
export function readWhole<T extends z.ZodType>(path: string, schema: T, expected: FileKind): z.infer<T> {
  const value = readJson(path);
  const { schemaVersion, kind } = (value ?? {}) as { schemaVersion?: unknown; kind?: unknown };
  const what = expected === undefined ? "a results file of Spantoll" : "a calibration of Spantoll";
  if (typeof schemaVersion !== "number") throw new UserError(`"${path}" is not ${what}: it has no schemaVersion`);
  if (schemaVersion !== SCHEMA_VERSION) {
    throw new UserError(
      `"${path}" has schema version ${schemaVersion}; this Spantoll reads ${SCHEMA_VERSION}: ${otherVersion(value)}`,
    );
  }
  if (kind !== expected) {
    const fix = kind === "calibration" ? ": `calibrate --from` shows it" : "";
    throw new UserError(`"${path}" is not ${what}, but ${JSON.stringify(kind ?? "results")}${fix}`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new UserError(`"${path}" is damaged: ${mistakeIn(read.error.issues[0]!, value, schema)}`);
}

/** How to read a file of another schema version: with the Spantoll that wrote it. */
function otherVersion(value: unknown): string {
  const commit = z.object({ environment: z.object({ commit: z.string() }) }).safeParse(value).data?.environment.commit;
  return commit === undefined
    ? "read it with the version of Spantoll that wrote it"
    : `read it with the Spantoll that wrote it, git checkout ${commit}`;
}

/** The JSON Schema of a results file, for other tools. */
export function resultsJsonSchema(): object {
  return z.toJSONSchema(resultsSchema, { io: "output", unrepresentable: "any" });
}
