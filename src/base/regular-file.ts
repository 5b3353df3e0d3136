import { readFileSync, statSync, type PathLike } from "node:fs";

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
  if (!attempt(() => statSync(path)).isFile()) throw new Error("it is no regular file");
}

/** The text of a regular file. Throws the reason, in words that complete "cannot be read:". */
export function readText(path: PathLike): string {
  checkRegular(path);
  return attempt(() => readFileSync(path, "utf8"));
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new Error(fileReason(error), { cause: error });
  }
}
