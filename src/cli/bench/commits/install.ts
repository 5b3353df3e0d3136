import { existsSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../../../base/problem.ts";
import type { Note } from "../../terminal.ts";

export interface InstallOptions {
  /** The command of `--install`. Without it: the work tree's packages if the lock file is the same, else `npm ci`. */
  readonly wanted: string | undefined;
  /** The same folder in the user's work tree. */
  readonly original: string;
  readonly signal: AbortSignal;
  readonly note: Note;
}

const SHOWN_LINES = 12;

/** Installs the packages of a checkout and says how. Throws a `UserError` if the command fails. */
export async function install(root: string, ref: string, options: InstallOptions): Promise<string> {
  const { wanted, original } = options;
  if (wanted !== undefined) return run(root, ref, wanted, options);
  if (!existsSync(join(root, "package.json"))) return "no package.json: nothing to install";
  const lock = textOf(join(root, "package-lock.json"));
  if (lock === undefined) {
    if (!needsPackages(root)) return "no dependencies: nothing to install";
    throw new UserError(`"${ref}": no package-lock.json; give the command that installs, such as --install "pnpm i"`);
  }
  const packages = join(original, "node_modules");
  const isSame = lock === textOf(join(original, "package-lock.json"));
  if (!isSame || hasLinks(lock) || !existsSync(packages)) return run(root, ref, "npm ci", options);
  symlinkSync(packages, join(root, "node_modules"), "dir");
  return "packages of the work tree, because the lock file is the same";
}

/** Why modules may be missing in checkouts of this folder of the work tree, and the fix; undefined if they are installed. */
export function packagesWarning(folder: string, wanted: string | undefined): string | undefined {
  const packages = join(folder, "node_modules");
  if (wanted !== undefined || existsSync(join(folder, "package-lock.json")) || !existsSync(packages)) return undefined;
  // that is refused
  if (needsPackages(folder)) return undefined;
  return `no package-lock.json, so nothing is installed in the checkouts; if they lack modules: --install "npm install", or --install "ln -s ${realpathSync(packages)} node_modules" for those of the work tree`;
}

/** Workspaces and `file:` packages are links into the work tree: sharing them would measure its code, not the commit's. */
function hasLinks(lock: string): boolean {
  return /"link":\s*true/.test(lock);
}

function needsPackages(root: string): boolean {
  const manifest = JSON.parse(textOf(join(root, "package.json")) ?? "{}") as { dependencies?: object };
  return Object.keys(manifest.dependencies ?? {}).length > 0;
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Runs in its own process group, so that an interruption also ends what the shell started. */
async function run(
  root: string,
  ref: string,
  command: string,
  { signal, note }: Pick<InstallOptions, "signal" | "note">,
): Promise<string> {
  note(`installing the packages of ${ref}: ${command} …`);
  const running = execa(command, { cwd: root, shell: true, detached: true, reject: false, all: true });
  const end = (): void => void (running.pid !== undefined && process.kill(-running.pid, "SIGKILL"));
  signal.addEventListener("abort", end, { once: true });
  const result = await running;
  signal.removeEventListener("abort", end);
  signal.throwIfAborted();
  if (!result.failed) return command;
  const tail = result.all.trim().split("\n").slice(-SHOWN_LINES).join("\n");
  throw new UserError(`--install "${command}" failed in the checkout of ${ref}:\n${tail}`);
}
