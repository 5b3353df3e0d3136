import { accessSync, constants, existsSync, lstatSync, realpathSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../base/problem.ts";

export interface OutputRules {
  /** Replace an existing file. */
  readonly force?: boolean | undefined;
  /** Files that the command reads. It never writes to them. */
  readonly inputs?: readonly string[];
}

/** Throws a `UserError` if an option's file cannot be written. Commands call it before they measure. */
export function checkOutput(option: string, file: string, { force = false, inputs = [] }: OutputRules = {}): void {
  const refuse = (reason: string): never => {
    throw new UserError(`${option} "${file}": ${reason}`);
  };
  if (file === "") refuse("expected the name of a file");
  const stats = attempt(option, file, () => lstatSync(file, { throwIfNoEntry: false }));
  if (stats?.isDirectory() === true) refuse("it is a folder; expected the name of a file");
  if (stats?.isSymbolicLink() === true) refuse("it is a symbolic link; name the file itself");
  if (stats !== undefined && !stats.isFile()) refuse("it is no regular file");
  if (stats !== undefined && inputs.some((input) => existsSync(input) && realpathSync(input) === realpathSync(file)))
    refuse("this command reads that file; choose another name");
  if (stats !== undefined && !force) refuse("the file exists; --force replaces it");
  attempt(option, file, () => accessSync(stats === undefined ? dirname(file) : file, constants.W_OK));
}

/** Writes the file of an option, and says so on stderr. Throws a `UserError` if it cannot. */
export function writeOutput(option: string, file: string, text: string, rules: OutputRules = {}): void {
  checkOutput(option, file, rules);
  attempt(option, file, () => writeFileSync(file, text));
  process.stderr.write(`wrote ${file}\n`);
}

function attempt<T>(option: string, file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(`${option} "${file}": cannot be written: ${code ?? message}`);
  }
}
