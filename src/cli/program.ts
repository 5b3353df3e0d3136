import { Command, CommanderError } from "commander";
import { escapeControls } from "../base/escape.ts";
import { UserError } from "../base/problem.ts";
import { forgetUsed } from "../base/regular-file.ts";
import { EXIT, type Outcome } from "./exit-code.ts";
import { enterUsersFolder, refuseKeptByNpm, readVersion } from "./npm.ts";
import { withSynonym } from "./synonyms.ts";
import { handleStreamErrors, setMissingSizes } from "./terminal.ts";

type Register = (program: Command, outcome: Outcome) => void;

/** Each command is loaded only if it runs: `list` does not wait for the charts of `report`. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  bench: async () => (await import("./bench/bench.ts")).benchCommand,
  observe: async () => (await import("./observe/observe.ts")).observeCommand,
  report: async () => (await import("./report.ts")).reportCommand,
  compare: async () => (await import("./compare/compare.ts")).compareCommand,
  history: async () => (await import("./history/history.ts")).historyCommand,
  advise: async () => (await import("./advise/advise.ts")).adviseCommand,
  simulate: async () => (await import("./simulate/simulate.ts")).simulateCommand,
  calibrate: async () => (await import("./calibrate.ts")).calibrateCommand,
  list: async () => (await import("./list.ts")).listCommand,
  schema: async () => (await import("./schema.ts")).schemaCommand,
};

/** Runs the command line and returns the exit code (see `EXIT`). A bug throws. */
export async function runCli(args: readonly string[]): Promise<number> {
  forgetUsed();
  setMissingSizes(process.stdout, process.stderr);
  handleStreamErrors(process.stdout, process.stderr);
  const outcome: Outcome = { exitCode: EXIT.measured };
  const program = newProgram()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  const [name = ""] = args;
  const command = (): Command | undefined => program.commands.find((one) => one.name() === name);
  try {
    enterUsersFolder(name, process.env);
    await addCommands(program, outcome, Object.hasOwn(COMMANDS, name) ? [name] : Object.keys(COMMANDS));
    refuseKeptByNpm(command(), process.env);
    await program.parseAsync(args, { from: "user" });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof UserError) return printMistake(error.message);
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.measured;
    if (error.code === "commander.help") return printMistake(program.helpInformation());
    return printMistake(withSynonym(error.message.replace(/^error: /, "").replaceAll("\n", " "), command()));
  }
}

/** All commands with their options, for the reference. */
export async function describeProgram(): Promise<Command> {
  const program = newProgram();
  await addCommands(program, { exitCode: EXIT.measured }, Object.keys(COMMANDS));
  return program;
}

function newProgram(): Command {
  return new Command("spantoll")
    .description("What tracing costs a service, and what sampling loses.")
    .version(readVersion(), "--version", "print the version");
}

async function addCommands(program: Command, outcome: Outcome, names: readonly string[]): Promise<void> {
  const registers = await Promise.all(names.map((name) => COMMANDS[name]!()));
  for (const register of registers) register(program, outcome);
}

function printMistake(message: string): number {
  process.stderr.write(`${escapeControls(message)}\n`);
  return EXIT.mistake;
}
