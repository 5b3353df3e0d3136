import { accessSync, constants, lstatSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../base/problem.ts";
import { fileReason, isUsed, usedFolderOf } from "../base/regular-file.ts";
import { writeTextWhole } from "../record/file.ts";

/**
 * Throws a `UserError` if an option's file cannot be written: if it is in use, or exists and there is no `force`. Commands
 * call it when they have read all inputs, and before they measure.
 */
export function checkOutput(option: string, file: string, force = false): void {
  const refuse = (reason: string): never => {
    throw new UserError(`${option} "${file}": ${reason}`);
  };
  if (file === "") refuse("expected the name of a file");
  checkFolder(option, file);
  const stats = attempt(option, file, () => lstatSync(file, { throwIfNoEntry: false }));
  if (stats?.isDirectory() === true) refuse("it is a folder; expected the name of a file");
  if (stats?.isSymbolicLink() === true) refuse("it is a symbolic link; name the file itself");
  if (stats !== undefined && !stats.isFile()) refuse("it is no regular file");
  if (isUsed(file, stats)) refuse("this command reads or writes that file; choose another name");
  if (stats !== undefined && !force) refuse("the file exists; --force replaces it");
  attempt(option, file, () => accessSync(stats === undefined ? dirname(file) : file, constants.W_OK));
}

/** Throws a `UserError` if another process fills the folder of an option's file. */
export function checkFolder(option: string, file: string): void {
  const folder = usedFolderOf(file);
  if (folder === undefined) return;
  throw new UserError(`${option} "${file}": the Collector's file_storage is in "${folder}"; choose another folder`);
}

/** Writes the file of an option, and says so on stderr. Throws a `UserError` if it cannot. */
export function writeOutput(option: string, file: string, text: string, force = false): void {
  checkOutput(option, file, force);
  attempt(option, file, () => writeTextWhole(file, text));
  process.stderr.write(`wrote ${file}\n`);
}

/** Throws a `UserError` if two options name the same file. */
export function checkDistinct(...outputs: readonly (readonly [option: string, file: string | undefined])[]): void {
  const named = outputs.flatMap(([option, file]) =>
    file === undefined ? [] : [{ option, path: resolve(file), file }],
  );
  for (const [at, { option, path, file }] of named.entries()) {
    const other = named.slice(0, at).find((one) => one.path === path);
    if (other !== undefined) throw new UserError(`${option} "${file}": expected another file than ${other.option}`);
  }
}

function attempt<T>(option: string, file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const reason = fileReason(error);
    throw new UserError(
      `${option} "${file}": cannot be written: ${reason === "no such file" ? "no such folder" : reason}`,
    );
  }
}
