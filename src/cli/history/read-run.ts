import { UserError } from "../../base/problem.ts";
import { followedRun, type FollowedRun } from "../../estimate/history.ts";
import { readResults } from "../../record/file.ts";
import type { Conditions } from "../../record/results.ts";

export interface ReadRun extends FollowedRun {
  readonly file: string;
  readonly conditions: Conditions;
}

export interface Unread {
  readonly file: string;
  /** Continues a sentence that begins with the file. */
  readonly reason: string;
}

/** The run of a file, or the reason if it has no valid trial or cannot be read. */
export function readRun(file: string): ReadRun | Unread {
  try {
    const results = readResults(file);
    if (!results.records.some(({ ending, valid }) => ending === "completed" && valid))
      return { file, reason: "has no valid trial" };
    const conditions = { ...results, records: results.records.map(({ node }) => ({ node })), estimates: [], notes: [] };
    return { file, conditions, ...followedRun(results) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { file, reason: error.message.replace(`"${file}" `, "") };
  }
}
