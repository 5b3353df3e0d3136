import type { PathLike } from "node:fs";
import type { z } from "zod";
import { didYouMean, UserError } from "./problem.ts";
import { readText } from "./regular-file.ts";

/** The value in a JSON file that the user names. Throws a `UserError` with its name if it cannot be read. */
export function readJson(path: PathLike, name = `"${String(path)}"`): unknown {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    throw new UserError(`${name} cannot be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${name} is not JSON: ${(error as Error).message.replaceAll(/\s+/g, " ")}`);
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** A mistake that a schema found in a document, in words: the place, the value and what was expected. */
export function mistakeIn(
  issue: z.core.$ZodIssue,
  document: unknown,
  schema: z.core.$ZodType,
  where = issue.path.join(".") || "it",
): string {
  if (issue.code === "unrecognized_keys") {
    const known = fieldsAt(schema, issue.path);
    return issue.keys.map((key) => `${where} has no field "${key}"${didYouMean(key, known)}`).join("; ");
  }
  if (issue.code === "custom" && (issue.params as { spec?: boolean } | undefined)?.spec)
    return `${where} ${issue.message}`;
  const got = issue.path.reduce<unknown>(
    // one value may stand for a list of one
    (value, key) =>
      typeof value === "string" ? value : (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    document,
  );
  const choice = issue.code === "invalid_value" ? `expected one of ${issue.values.join(", ")}` : undefined;
  if (got === undefined) return `${where} is missing${choice === undefined ? "" : `; ${choice}`}`;
  const text = JSON.stringify(got);
  const shown = text.length > 200 ? "" : ` ${text}`;
  if (issue.code === "invalid_value")
    return `${where}${shown}: ${choice}${didYouMean(text.replaceAll('"', ""), issue.values.map(String))}`;
  if (issue.code === "invalid_type") return `${where}${shown}: expected ${TYPES[issue.expected] ?? issue.expected}`;
  const rule = issue.message.replace(/^(?:Invalid|Too)[^:]*: /, "");
  return `${where}${shown}: ${/^(?:expected|must) /.test(rule) ? rule : `expected ${rule}`}`;
}

/** The names of the fields that a schema has at a place. */
function fieldsAt(schema: z.core.$ZodType, [key, ...rest]: readonly PropertyKey[]): string[] {
  const { innerType, out, shape, element, valueType } = schema._zod.def as {
    [Part in "innerType" | "out" | "element" | "valueType"]?: z.core.$ZodType;
  } & { readonly shape?: Readonly<Record<PropertyKey, z.core.$ZodType>> };
  const inner = innerType ?? out;
  if (inner !== undefined) return fieldsAt(inner, key === undefined ? [] : [key, ...rest]);
  if (key === undefined) return Object.keys(shape ?? {});
  const next = shape?.[key] ?? element ?? valueType;
  return next === undefined ? [] : fieldsAt(next, rest);
}
