import { existsSync, readdirSync, readFileSync, realpathSync, statSync, type PathLike, type Stats } from "node:fs";
import { basename, dirname, join, parse, resolve, sep } from "node:path";
import { didYouMean } from "./problem.ts";

/**
 * The files that this process and those that it starts read or write: by path, and by device and inode, since a file may have
 * several names.
 */
const used = new Set<string>();
/** Folders that another process fills. */
const usedFolders = new Set<string>();

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
  const stats = attempt(() => statSync(path), path);
  if (!stats.isFile()) throw new Error("it is no regular file");
  used.add(identityOf(stats));
}

/** Begins a command: it has read nothing yet. A process may run several. */
export function forgetUsed(): void {
  used.clear();
  usedFolders.clear();
}

/** Notes a file that another process reads or writes. It need not exist yet. */
export function noteUsed(path: string): void {
  used.add(resolve(path));
  if (existsSync(path)) used.add(identityOf(statSync(path)));
}

/** Notes a folder that another process fills. It need not exist yet. */
export function noteUsedFolder(path: string): void {
  usedFolders.add(realPath(path));
}

/** Whether a file is read or written already. Such a file is never an output. */
export function isUsed(path: string, stats: Stats | undefined): boolean {
  return used.has(resolve(path)) || (stats !== undefined && used.has(identityOf(stats)));
}

/** The folder of another process that a file is in. Such a file is never an output. */
export function usedFolderOf(path: string): string | undefined {
  return [...usedFolders].find((folder) => realPath(path).startsWith(folder + sep));
}

/** The absolute path without symbolic links, as far as it exists. */
function realPath(path: string): string {
  const whole = resolve(path);
  return existsSync(whole) ? realpathSync(whole) : join(realPath(dirname(whole)), basename(whole));
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
    if (existsSync(path)) return "";
    const asked = parse(path);
    // a file of another kind has another ending
    const isMeant = (name: string): boolean => parse(name).ext === asked.ext || name.startsWith(asked.name);
    return didYouMean(basename(path), readdirSync(dirname(path)).filter(isMeant));
  } catch {
    return "";
  }
}
