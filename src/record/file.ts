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

/** Reads and checks a results file. Throws a `UserError` that says what is wrong with it. */
export function readResults(path: string): Results {
  return readWhole(path, { results: resultsSchema });
}

/** Schemas of files by their `kind`; results files have none in them. */
type Schemas = { readonly [Kind in "results" | "calibration"]?: z.ZodType };

/** Reads and checks a file of one of these kinds. Throws a `UserError` that says what is wrong with it. */
export function readWhole<S extends Schemas>(path: string, schemas: S): z.infer<NonNullable<S[keyof S]>> {
  const value = readJson(path);
  const { schemaVersion, kind = "results" } = (value ?? {}) as { schemaVersion?: unknown; kind?: keyof Schemas };
  const what = schemas.results === undefined ? "a calibration of Spantoll" : "a results file of Spantoll";
  if (typeof schemaVersion !== "number") throw new UserError(`"${path}" is not ${what}: it has no schemaVersion`);
  if (schemaVersion !== SCHEMA_VERSION) {
    throw new UserError(
      `"${path}" has schema version ${schemaVersion}; this Spantoll reads ${SCHEMA_VERSION}: ${otherVersion(value)}`,
    );
  }
  const schema = schemas[kind];
  if (schema === undefined) {
    const fix = kind === "calibration" ? ": `report` shows it" : "";
    throw new UserError(`"${path}" is not ${what}, but ${JSON.stringify(kind)}${fix}`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data as z.infer<NonNullable<S[keyof S]>>;
  throw new UserError(`"${path}" is damaged: ${mistakeIn(read.error.issues[0]!, value, schema)}`);
}

/** How to read a file of another schema version: with the Spantoll that wrote it. */
function otherVersion(value: unknown): string {
  const commit = z.object({ environment: z.object({ commit: z.string() }) }).safeParse(value).data?.environment.commit;
  return commit === undefined
    ? "read it with the version of Spantoll that wrote it"
    : `read it with the Spantoll that wrote it, git checkout ${commit}`;
}
