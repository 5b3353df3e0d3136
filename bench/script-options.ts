import { UserError } from "../src/base/problem.ts";

/** The options of a script, as `read` finds them in the arguments. A mistake in them ends it as it ends the program: one line, and 2. */
export function scriptOptions<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return endWithMistake(error.message);
    // of what is ambiguous, the lines that follow guess at what was meant
    if (isOfParseArgs(error)) return endWithMistake(error.message.split("\n", 1)[0]!);
    throw error;
  }
}

/** Ends the script with 2, after this line. */
export function endWithMistake(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function isOfParseArgs(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
}
