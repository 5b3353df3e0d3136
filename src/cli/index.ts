import { Command, CommanderError } from "commander";
import { UserError } from "../base/problem.ts";
import { refuseSwallowed } from "./swallowed.ts";
import { outliveReaders, sizeTerminals } from "./terminal.ts";

/** What a command may do to the process besides writing: say with which code it ends. */
export interface Outcome {
  exitCode: number;
}

type Register = (program: Command, outcome: Outcome) => void;

/** Loaded only when asked for: `list` must not wait for what `report` draws with. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  bench: async () => (await import("./bench.ts")).benchCommand,
  advise: async () => (await import("./advise.ts")).adviseCommand,
  history: async () => (await import("./history.ts")).historyCommand,
  compare: async () => (await import("./compare.ts")).compareCommand,
  report: async () => (await import("./report.ts")).reportCommand,
  calibrate: async () => (await import("./calibrate.ts")).calibrateCommand,
  simulate: async () => (await import("./simulate.ts")).simulateCommand,
  micro: async () => (await import("./micro.ts")).microCommand,
  list: async () => (await import("./list.ts")).listCommand,
  schema: async () => (await import("./schema.ts")).schemaCommand,
};

/**
 * The whole program. Returns the exit code: 0 measured; 1 nothing could be measured or judged, or something is void,
 * failed or beyond a gate; 2 the user's mistake; 130 or 143 interrupted. A bug of ours throws.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  sizeTerminals(process.stdout, process.stderr);
  outliveReaders(process.stdout, process.stderr);
  const outcome: Outcome = { exitCode: 0 };
  const program = new Command("spantoll")
    .description("What tracing costs a service, and what sampling loses.")
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    const asked = COMMANDS[args[0] ?? ""];
    for (const load of asked === undefined ? Object.values(COMMANDS) : [asked]) (await load())(program, outcome);
    const command = program.commands.find((one) => one.name() === args[0]);
    if (command !== undefined) refuseSwallowed(command, process.env);
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
