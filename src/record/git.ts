import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

/** Output of a git command in a folder, without the end of line, or undefined if it fails. */
export async function git(folder: string | URL, ...args: string[]): Promise<string | undefined> {
  const { stdout, failed } = await execa("git", args, { cwd: folder, reject: false, timeout: 60_000 });
  return failed ? undefined : stdout.trim();
}

/**
 * Whether tracked files of a folder's repository have uncommitted changes; undefined if there is none. `scenario` does not
 * count: results hold all of it.
 */
export async function hasChanges(folder: string, scenario = ""): Promise<boolean | undefined> {
  const top = await git(folder, "rev-parse", "--show-toplevel");
  // -z: no quotes around names with spaces or letters beyond ASCII
  const status = await git(folder, "status", "--porcelain", "--untracked-files=no", "-z");
  if (top === undefined || status === undefined) return undefined;
  const own = existsSync(scenario) ? realpathSync(scenario) : undefined;
  const entries = status.split("\0").filter((entry) => entry !== "");
  return entries.some((entry) => join(top, entry.trimStart().replace(/^\S+ +/, "")) !== own);
}
