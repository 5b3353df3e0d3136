import type { Medium } from "../report/reporters/kind.ts";

/** Gives terminals that report a size of 0 the usual one. */
export function setMissingSizes(...streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    if (stream.columns === 0) stream.columns = 80;
    if (stream.rows === 0) stream.rows = 24;
  }
}

/** Keeps the exit code of a command whose reader, such as `head`, has closed the pipe. */
export function ignoreClosedPipes(...streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

/** Width and colour of a stream; NO_COLOR is respected. `verbose` asks for every table and warning in full. */
export function mediumOf(stream: NodeJS.WriteStream, verbose = false): Medium {
  return { color: stream.isTTY && stream.hasColors(), width: stream.columns ?? 120, ...(verbose && { verbose }) };
}
