import type { z } from "zod";
import { UserError } from "../base/problem.ts";

/** The quantity that an option gives. Throws a `UserError` that names the option, what it got and what was expected. */
export function readOption(option: string, quantity: z.ZodType<number, string>, text: string): number {
  const read = quantity.safeParse(text);
  if (read.success) return read.data;
  throw new UserError(`${option} "${text}": expected ${read.error.issues[0]!.message}`);
}
