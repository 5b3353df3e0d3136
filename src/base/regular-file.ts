import { existsSync, readdirSync, readFileSync, statSync, type PathLike, type Stats } from "node:fs";
import { basename, dirname } from "node:path";
import { didYouMean } from "./problem.ts";

/** The files that this process reads. They are known by device and inode, since a file may have several names. */
const inputs = new Set<string>();

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
};

/** Why a file could not be read or written, in words that complete "cannot be read:". */
export function fileReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : (REASONS[code] ?? code);
}

/** Throws the reason, in words that complete "cannot be read:", unless the path is that of a regular file: a FIFO or device may have no end. */
export function checkRegular(path: PathLike): void {
  if (!noteInput(path)) throw new Error("it is no regular file");
}

/** Notes that a file is an input. Returns false if it is no regular file. Throws if there is none. */
export function noteInput(path: PathLike): boolean {
  const stats = attempt(() => statSync(path), path);
  if (stats.isFile()) inputs.add(identityOf(stats));
  return stats.isFile();
}

/** Whether this process reads a file. Such a file is never an output. */
export function isInput(stats: Stats): boolean {
  return inputs.has(identityOf(stats));
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** The text of a regular file. Throws the reason, in words that complete "cannot be read:". */
export function readText(path: PathLike): string {
  checkRegular(path);
  return attempt(() => readFileSync(path, "utf8"), path);
}

function attempt<T>(action: () => T, path: PathLike): T {
  try {
    return action();
  } catch (error) {
    throw new Error(fileReason(error) + (typeof path === "string" ? nearestFile(path) : ""), { cause: error });
  }
}

/** ` (did you mean "my-service.json"?)`, or nothing: a file beside the one that is named. */
function nearestFile(path: string): string {
  try {
    return existsSync(path) ? "" : didYouMean(basename(path), readdirSync(dirname(path)));
  } catch {
    return "";
  }
}
