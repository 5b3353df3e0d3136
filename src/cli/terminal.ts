/** Terminals that do not tell their size, as of a pty that was given none: of the usual one instead. */
export function sizeTerminals(...streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    if (stream.columns === 0) stream.columns = 80;
    if (stream.rows === 0) stream.rows = 24;
  }
}

/** Who reads with `head` has seen enough: what else is written goes nowhere, and the command ends as it would have. */
export function outliveReaders(...streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
