import { fileReason } from "../base/regular-file.ts";
import { EXIT } from "./exit-code.ts";
import type { Medium } from "../report/reporters/terminal.ts";

/** Gives terminals that report a size of 0 the usual one. */
export function setMissingSizes(...streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    if (stream.columns === 0) stream.columns = 80;
    if (stream.rows === 0) stream.rows = 24;
  }
}

/** Errors of a stream whose reader is gone: `head` has ended, a terminal was closed. */
const READER_GONE = ["EPIPE", "EIO"];

/**
 * Keeps the exit code of a command whose reader has gone. A result that cannot be written, since the disk is full, is one
 * line on stderr and exit code 2; progress that cannot be written ends nothing.
 */
export function handleStreamErrors(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): void {
  stderr.on("error", () => undefined);
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (READER_GONE.includes(error.code ?? "")) return;
    stderr.write(`stdout: cannot be written: ${fileReason(error)}\n`);
    process.exit(EXIT.mistake);
  });
}

/** Prints what takes a while on stderr, in a line. */
export type Note = (text: string) => void;

/** With `--quiet` nothing is printed. */
export function noteOf({ quiet }: { readonly quiet?: boolean | undefined }): Note {
  return quiet === true ? () => undefined : (text) => void process.stderr.write(`${text}\n`);
}

/** Width and colour of a stream; NO_COLOR is respected. `verbose` asks for every table and warning in full. */
export function mediumOf(stream: NodeJS.WriteStream, verbose = false): Medium {
  return { color: stream.isTTY && stream.hasColors(), width: stream.columns ?? 120, ...(verbose && { verbose }) };
}
