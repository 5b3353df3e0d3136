import { Command, CommanderError } from "commander";
import { UserError } from "../base/problem.ts";
import { benchCommand } from "./bench.ts";
import { listCommand } from "./list.ts";
import { schemaCommand } from "./schema.ts";

/** What a command may do to the process besides writing: say with which code it ends. */
export interface Outcome {
  exitCode: number;
}

/**
 * The whole program. Returns the exit code: 0 measured; 1 measured, but something is void, failed or
 * beyond a gate; 2 the user's mistake; 130 or 143 interrupted. A bug of ours throws.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const outcome: Outcome = { exitCode: 0 };
  const program = new Command("spantoll")
    .description("What tracing costs a service, and what sampling loses.")
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  benchCommand(program, outcome);
  listCommand(program);
  schemaCommand(program);
  try {
    await program.parseAsync(args, { from: "user" });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof UserError) return mistake(error.message);
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (error.code === "commander.help") return mistake(program.helpInformation());
    return mistake(error.message.replace(/^error: /, "").replaceAll("\n", " "));
  }
}

function mistake(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}
