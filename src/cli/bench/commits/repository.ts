import { realpathSync } from "node:fs";
import { UserError } from "../../../base/problem.ts";
import { git } from "../../../record/git.ts";

/** A folder in a git repository. */
export interface Repository {
  /** The top of the work tree. */
  readonly top: string;
  /** Path of the folder in it: "", or ending in "/". */
  readonly prefix: string;
}

export interface Commit {
  /** As the user typed it. */
  readonly ref: string;
  readonly sha: string;
}

/** The repository of a folder. Throws a `UserError` if there is none. */
export async function findRepository(folder: string): Promise<Repository> {
  const top = await git(folder, "rev-parse", "--show-toplevel");
  const prefix = await git(folder, "rev-parse", "--show-prefix");
  if (top === undefined || prefix === undefined)
    throw new UserError(`--base: expected a target in a git repository; ${folder} is in none`);
  return { top: realpathSync(top), prefix };
}

/** The commit that an option names. Throws a `UserError` if there is none. */
export async function findCommit({ top }: Repository, option: string, ref: string): Promise<Commit> {
  const sha = await shaOf(top, ref);
  if (sha !== undefined) return { ref, sha };
  const shallow = (await git(top, "rev-parse", "--is-shallow-repository")) === "true";
  const fix = shallow ? "; the clone is shallow: git fetch --unshallow" : "";
  throw new UserError(`${option} "${ref}": expected a branch, tag or commit of ${top}${fix}`);
}

/** The full hash of a commit, or undefined if `ref` names none. */
export async function shaOf(folder: string, ref: string): Promise<string | undefined> {
  return ref.startsWith("-") ? undefined : git(folder, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
}
