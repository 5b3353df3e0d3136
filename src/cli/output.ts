import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../base/problem.ts";

/** Throws a `UserError` where the file of an option cannot be written: to be told before anything is measured. */
export function checkOutput(option: string, file: string): void {
  attempt(option, file, () => {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) throw new Error("it is a folder");
    accessSync(stats === undefined ? dirname(file) : file, constants.W_OK);
  });
}

/** Writes the file of an option. Throws a `UserError` where it cannot be. */
export function writeOutput(option: string, file: string, text: string): void {
  checkOutput(option, file);
  attempt(option, file, () => writeFileSync(file, text));
}

function attempt(option: string, file: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(`${option} "${file}": cannot be written: ${code ?? message}`);
  }
}
