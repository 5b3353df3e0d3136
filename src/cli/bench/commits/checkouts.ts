import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { didYouMean, UserError } from "../../../base/problem.ts";
import { git } from "../../../record/git.ts";

/** Git worktrees in a temporary folder. They are removed when the process ends, unless it is killed. */
export class Checkouts {
  /** What could not be checked out. */
  readonly notes: string[] = [];
  readonly #repository: Repository;
  readonly #folder = mkdtempSync(join(tmpdir(), "spantoll-commits-"));
  readonly #paths: string[] = [];
  readonly #onExit = (): void => this.remove();

  constructor(repository: Repository) {
    this.#repository = repository;
    process.once("exit", this.#onExit);
  }

  /** Checks out a commit and its submodules. Returns the target's folder in it. */
  async add({ ref, sha }: Commit): Promise<string> {
    const path = join(this.#folder, String(this.#paths.length + 1));
    const { top, prefix } = this.#repository;
    this.#paths.push(path);
    if ((await git(top, "worktree", "add", "--detach", "--force", path, sha)) === undefined)
      throw new UserError(`"${ref}": git could not check it out`);
    await this.#addSubmodules(top, path, ref, sha);
    const root = join(path, prefix);
    if (!existsSync(root)) throw new UserError(`"${ref}": this commit has no folder ${prefix}`);
    return root;
  }

  /** Copies submodules from the user's own clones, which needs no network; else lets git fetch them. */
  async #addSubmodules(top: string, path: string, ref: string, sha: string): Promise<void> {
    const tree = (await git(top, "ls-tree", "-r", sha)) ?? "";
    for (const [, inner, name] of tree.matchAll(/^160000 commit (\S+)\t(.*)$/gm)) {
      const [from, to] = [join(top, name!), join(path, name!)];
      const archive = execa("git", ["-C", from, "archive", inner!], { reject: false, encoding: "buffer" });
      const copied = await archive.pipe("tar", ["-x", "-C", to], { reject: false });
      if (!copied.failed) await this.#addSubmodules(from, to, ref, inner!);
      else if ((await git(path, "submodule", "update", "--init", "--recursive", "--", name!)) === undefined) {
        this.notes.push(`${ref}: submodule ${name} is missing: git could not check it out`);
        process.stderr.write(`${this.notes.at(-1)}\n`);
      }
    }
  }

  /** Removes the worktrees. Synchronous, because it also runs while the process ends. */
  remove(): void {
    process.off("exit", this.#onExit);
    for (const path of this.#paths.splice(0)) {
      try {
        execFileSync("git", ["-C", this.#repository.top, "worktree", "remove", "--force", path], { stdio: "ignore" });
      } catch {
        rmSync(path, { recursive: true, force: true });
        execFileSync("git", ["-C", this.#repository.top, "worktree", "prune"], { stdio: "ignore" });
      }
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

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
  const names = (await git(top, "for-each-ref", "--format=%(refname:short)"))?.split("\n") ?? [];
  const remote = names.find((name) => name.endsWith(`/${ref}`));
  const near = remote === undefined ? didYouMean(ref.replace(/[~^@].*$/, ""), names) : ` (did you mean "${remote}"?)`;
  throw new UserError(`${option} "${ref}": expected a branch, tag or commit of ${top}${near}${fix}`);
}

/** The full hash of a commit, or undefined if `ref` names none. */
export async function shaOf(folder: string, ref: string): Promise<string | undefined> {
  return ref.startsWith("-") ? undefined : git(folder, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
}
