import { realpathSync } from "node:fs";
import { execa } from "execa";
import { UserError } from "../../base/problem.ts";

/** A folder in a git repository. */
export interface Repository {
  /** The top of the work tree. */
  readonly top: string;
  /** The folder below it, "" or ending in "/". */
  readonly prefix: string;
}

export interface Commit {
  /** As the user said it. */
  readonly ref: string;
  readonly sha: string;
}

/** The repository that `folder` is in. Throws a `UserError` where there is none. */
export async function repositoryOf(folder: string): Promise<Repository> {
  const top = await git(folder, "rev-parse", "--show-toplevel");
  const prefix = await git(folder, "rev-parse", "--show-prefix");
  if (top === undefined || prefix === undefined)
    throw new UserError(`--commits: the measured service is in no git repository (${folder})`);
  return { top: realpathSync(top), prefix };
}

/** The commit that a ref names. Throws a `UserError` where it names none. */
export async function commitOf({ top }: Repository, ref: string): Promise<Commit> {
  const sha = ref.startsWith("-") ? undefined : await git(top, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (sha !== undefined) return { ref, sha };
  const shallow = (await git(top, "rev-parse", "--is-shallow-repository")) === "true";
  const fix = shallow ? "; the clone is shallow: fetch its history first (git fetch --unshallow)" : "";
  throw new UserError(`--commits "${ref}": expected a branch, tag or commit of ${top}${fix}`);
}

/** What git answers, without the end of line; undefined where it fails. */
export async function git(folder: string, ...args: string[]): Promise<string | undefined> {
  const { stdout, failed } = await execa("git", ["-C", folder, ...args], { reject: false, timeout: 60_000 });
  return failed ? undefined : stdout.trim();
}
