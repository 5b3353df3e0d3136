/** How a command sets the exit code of the process. Interrupted runs end with 130 (SIGINT) or 143 (SIGTERM). */
export interface Outcome {
  exitCode: number;
}

export const EXIT = {
  measured: 0,
  /** A regression, or a limit that no variant meets. */
  regression: 1,
  /** The user's mistake. */
  mistake: 2,
  /** Measured, but nothing could be judged, or trials failed or are invalid. */
  unjudged: 3,
} as const;
