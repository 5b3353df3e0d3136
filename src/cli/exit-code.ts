import { isUsable, type TrialRecord } from "../record/trial-record.ts";

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

/** The exit code of a command that judges these trials: if not every one is valid, 3 takes the place of 0, and a line on stderr says so. */
export function codeOf(records: readonly TrialRecord[], judged: number = EXIT.measured): number {
  const isSound = records.length > 0 && records.every(isUsable);
  if (isSound || judged !== EXIT.measured) return judged;
  process.stderr.write("exit code 3: trials failed or are invalid; `report FILE` says which and why\n");
  return EXIT.unjudged;
}
