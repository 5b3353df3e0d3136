import type { PathLike } from "node:fs";
import { z } from "zod";
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
    (value, key) => (typeof value === "object" ? (value as Record<PropertyKey, unknown> | null)?.[key] : value),
    document,
  );
  const choice = issue.code === "invalid_value" ? `expected one of ${issue.values.join(", ")}` : undefined;
  if (got === undefined) return `${where} is missing${choice === undefined ? "" : `; ${choice}`}`;
  const text = JSON.stringify(got);
  const shown = text.length > 200 ? "" : ` ${text}`;
  if (issue.code === "invalid_value") return `${where}${shown}: ${choice}${meantChoice(got, issue.values, where)}`;
  if (issue.code === "invalid_type")
    return `${where}${shown}: ${meantType(got, issue, schemaAt(schema, issue.path)) ?? `expected ${TYPES[issue.expected] ?? issue.expected}`}`;
  const rule = issue.message.replace(/^(?:Invalid|Too)[^:]*: /, "");
  return `${where}${shown}: ${/^(?:expected|must) /.test(rule) ? rule : `expected ${rule}`}`;
}

/** ` (did you mean …?)`, or nothing: a value that is near, or each of several between commas. */
function meantChoice(got: unknown, values: readonly unknown[], where: string): string {
  const text = textOf(got);
  const parts = text.split(/, ?/);
  if (parts.length === 1 || !parts.every((part) => values.includes(part))) return didYouMean(text, values.map(String));
  const each = where.startsWith("--") ? parts.map((part) => `${where} ${part}`).join(" ") : `"${parts.join('", "')}"`;
  return ` (did you mean ${each}?)`;
}

/** An object of a file may have a `toString` that is no function. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What was expected in place of a number without its unit, or of one value without its list. Undefined if that is not all. */
function meantType(
  got: unknown,
  { expected }: z.core.$ZodIssueInvalidType,
  schema: z.core.$ZodType | undefined,
): string | undefined {
  if (schema === undefined) return undefined;
  const list = [[got], [textOf(got)]].find((one) => z.safeParse(schema, one).success);
  if (expected === "array" && list !== undefined) return `expected a list (did you mean ${JSON.stringify(list)}?)`;
  if (expected !== "string" || typeof got !== "number") return undefined;
  const [issue] = z.safeParse(schema, String(got)).error?.issues ?? [];
  return issue?.code === "custom" ? `expected ${issue.message}` : undefined;
}

/** The names of the fields that a schema has at a place. */
function fieldsAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const found = schemaAt(schema, path);
  const { innerType, out, shape = {} } = partsOf(found);
  const inner = innerType ?? out;
  return inner === undefined ? Object.keys(shape) : fieldsAt(inner, []);
}

/** The schema of a place, undefined if there is none. */
function schemaAt(
  schema: z.core.$ZodType | undefined,
  [key, ...rest]: readonly PropertyKey[],
): z.core.$ZodType | undefined {
  if (key === undefined) return schema;
  const { innerType, out, shape, element, valueType } = partsOf(schema);
  const inner = innerType ?? out;
  return inner === undefined ? schemaAt(shape?.[key] ?? element ?? valueType, rest) : schemaAt(inner, [key, ...rest]);
}

interface Parts extends Partial<Record<"innerType" | "out" | "element" | "valueType", z.core.$ZodType>> {
  readonly shape?: Readonly<Record<PropertyKey, z.core.$ZodType>>;
}

function partsOf(schema: z.core.$ZodType | undefined): Parts {
  return (schema?._zod.def ?? {}) as Parts;
}
