import type { z } from "zod";
import { mistakeIn } from "../base/document.ts";
import { UserError } from "../base/problem.ts";

/** What an option gives. Throws a `UserError` that names the option, what it got and what was expected. */
export function readOption<T>(option: string, schema: z.ZodType<T, string>, text: string): T {
  const read = schema.safeParse(text);
  if (read.success) return read.data;
  throw new UserError(mistakeIn(read.error.issues[0]!, text, schema, option));
}
