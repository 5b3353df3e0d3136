import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../../base/problem.ts";

/** `wanted` undefined: the packages of the work tree where the lock file is the same, `npm ci` where it is not. */
export interface InstallOptions {
  readonly wanted: string | undefined;
  /** The same folder in the user's own work tree. */
  readonly original: string;
  readonly signal: AbortSignal;
}

const TOLD_LINES = 12;

/** Gets a checkout its packages. Says what was done. Throws a `UserError` where the command fails. */
export async function install(root: string, ref: string, options: InstallOptions): Promise<string> {
  const { wanted, original, signal } = options;
  if (wanted !== undefined) return run(root, ref, wanted, signal);
  if (!existsSync(join(root, "package.json"))) return "no package.json: nothing to install";
  const lock = textOf(join(root, "package-lock.json"));
  if (lock === undefined) {
    if (!needsPackages(root)) return "no dependencies: nothing to install";
    throw new UserError(`--commits "${ref}": it has no package-lock.json; say how to install with --install "…"`);
  }
  const packages = join(original, "node_modules");
  const isSame = lock === textOf(join(original, "package-lock.json"));
  if (!isSame || hasLinks(lock) || !existsSync(packages)) return run(root, ref, "npm ci", signal);
  symlinkSync(packages, join(root, "node_modules"), "dir");
  return "the packages of the work tree, since the lock file is the same";
}

/** Workspaces and `file:` packages are links into the work tree: sharing them would measure its code, not the commit's. */
function hasLinks(lock: string): boolean {
  return /"link":\s*true/.test(lock);
}

function needsPackages(root: string): boolean {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies?: object };
  return Object.keys(manifest.dependencies ?? {}).length > 0;
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** In a process group of its own, so that an interruption ends what the shell has started too. */
async function run(root: string, ref: string, command: string, signal: AbortSignal): Promise<string> {
  const running = execa(command, { cwd: root, shell: true, detached: true, reject: false, all: true });
  const end = (): void => void (running.pid !== undefined && process.kill(-running.pid, "SIGKILL"));
  signal.addEventListener("abort", end, { once: true });
  const result = await running;
  signal.removeEventListener("abort", end);
  signal.throwIfAborted();
  if (result.failed) {
    const tail = result.all.trim().split("\n").slice(-TOLD_LINES).join("\n");
    throw new UserError(`--install "${command}" failed in the checkout of ${ref}:\n${tail}`);
  }
  return command;
}
