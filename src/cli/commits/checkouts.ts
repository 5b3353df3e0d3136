import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../base/problem.ts";
import { git, type Commit, type Repository } from "./repository.ts";

/**
 * Git worktrees of the repository in a temporary folder. They are gone when the process ends, however it ends short
 * of being killed at once.
 */
export class Checkouts {
  readonly #repository: Repository;
  readonly #folder = mkdtempSync(join(tmpdir(), "spantoll-commits-"));
  readonly #paths: string[] = [];
  readonly #onExit = (): void => this.remove();

  constructor(repository: Repository) {
    this.#repository = repository;
    process.once("exit", this.#onExit);
  }

  /** Checks a commit out; returns the folder in it that is the measured one. */
  async add({ ref, sha }: Commit): Promise<string> {
    const path = join(this.#folder, String(this.#paths.length + 1));
    const { top, prefix } = this.#repository;
    this.#paths.push(path);
    if ((await git(top, "worktree", "add", "--detach", "--force", path, sha)) === undefined)
      throw new UserError(`--commits "${ref}": git could not check it out`);
    return join(path, prefix);
  }

  /** Removes the worktrees and what git knows of them. Synchronous, so that it works while the process ends. */
  remove(): void {
    process.off("exit", this.#onExit);
    for (const path of this.#paths.splice(0)) {
      try {
        execFileSync("git", ["-C", this.#repository.top, "worktree", "remove", "--force", path], { stdio: "ignore" });
      } catch {
        // it was not added to its end: the folder goes below, and git forgets it by itself
      }
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
