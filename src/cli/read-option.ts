import type { z } from "zod";
import { UserError } from "../base/problem.ts";

/** What an option gives. Throws a `UserError` that names the option, what it got and what was expected. */
export function readOption<T>(option: string, quantity: z.ZodType<T, string>, text: string): T {
  const read = quantity.safeParse(text);
  if (read.success) return read.data;
  throw new UserError(`${option} "${text}": expected ${read.error.issues[0]!.message}`);
}
