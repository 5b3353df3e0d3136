import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../base/problem.ts";
import { readEnvironment } from "../../record/environment.ts";
import { readScenario } from "../../spec/read.ts";
import { targetPrograms } from "../../target/paths.ts";
import { targets } from "../../target/services/index.ts";
import { findPinning } from "../../run/processes/pinning.ts";
import type { Special } from "../../run/setting.ts";
import { overridesOf, type BenchOptions } from "../bench-options.ts";
import { onInterrupt } from "../interrupt.ts";
import { extendFor } from "../precision.ts";
import { measureSession, type Session, type SessionResult } from "../session.ts";
import { labelsOf, planOfBuilds, type Build } from "./builds.ts";
import { Checkouts } from "./checkouts.ts";
import { install } from "./install.ts";
import { commitOf, repositoryOf, type Commit, type Repository } from "./repository.ts";

/** The folder of this package, whose built-in targets are measured. */
const PACKAGE = fileURLToPath(new URL("../../../", import.meta.url));

export interface CommitsOptions extends BenchOptions {
  readonly install?: string;
}

/** Measures two commits side by side and leaves a results file; where it was interrupted before measuring, the code of that alone. */
export async function measureCommits(
  refs: readonly [string, string],
  scenarioName: string | undefined,
  options: CommitsOptions,
): Promise<(SessionResult & Pick<Session, "out">) | { readonly interruptedWith: number }> {
  const scenario = readScenario(scenarioName, overridesOf(options));
  const { kind } = targets.parse(scenario.target);
  const isOwn = kind.command !== undefined;
  const folder = isOwn ? process.cwd() : PACKAGE;
  const repository = await repositoryOf(folder);
  const commits: [Commit, Commit] = [await commitOf(repository, refs[0]), await commitOf(repository, refs[1])];
  const node = options.node ?? process.execPath;
  const environment = await readEnvironment(node, findPinning().pinning);
  const interruption = onInterrupt();
  const checkouts = new Checkouts(repository);
  try {
    const builds = await buildAll(repository, commits, checkouts, { isOwn, options, signal: interruption.signal });
    const plan = planOfBuilds(scenario, builds);
    const session: Session = {
      scenario,
      plan,
      environment,
      node,
      out: options.out ?? defaultOut(environment.startedAt, commits),
      quiet: options.quiet ?? false,
      special: specialsOf(plan.variants, builds),
      extend: extendFor(scenario),
      notes: builds.map(({ label, note }) => `${label}: ${note}`),
    };
    return { ...(await measureSession(session)), out: session.out };
  } catch (error) {
    const code = interruption.code();
    if (code === undefined) throw error;
    return { interruptedWith: code };
  } finally {
    checkouts.remove();
    interruption.dispose();
  }
}

interface BuildOptions {
  readonly isOwn: boolean;
  readonly options: CommitsOptions;
  readonly signal: AbortSignal;
}

async function buildAll(
  repository: Repository,
  commits: readonly [Commit, Commit],
  checkouts: Checkouts,
  { isOwn, options, signal }: BuildOptions,
): Promise<(Build & { readonly note: string })[]> {
  const labels = labelsOf(commits[0].ref, commits[1].ref);
  const original = `${repository.top}/${repository.prefix}`;
  const builds: (Build & { readonly note: string })[] = [];
  for (const [index, commit] of commits.entries()) {
    signal.throwIfAborted();
    const { ref, sha } = commit;
    const root = await checkouts.add(commit);
    if (!existsSync(root)) throw new UserError(`--commits "${ref}": it has no folder ${repository.prefix}`);
    if (!isOwn) checkPrograms(root, ref);
    if (!options.quiet) process.stderr.write(`checked out ${ref} (${sha.slice(0, 7)})\n`);
    const installed = await install(root, ref, { wanted: options.install, original, signal });
    builds.push({ label: labels[index]!, root, note: `commit ${sha}; packages: ${installed}` });
  }
  return builds;
}

function checkPrograms(root: string, ref: string): void {
  const { preloadPath, entryPath } = targetPrograms(root);
  if (existsSync(preloadPath) && existsSync(entryPath)) return;
  throw new UserError(
    `--commits "${ref}": it has no src/target/preload.ts and entry.ts, so its targets cannot be measured; for a service of your own say --target command:"…"`,
  );
}

function specialsOf(variants: Session["plan"]["variants"], builds: readonly Build[]): ReadonlyMap<string, Special> {
  return new Map(
    variants.flatMap(({ name, build }): [string, Special][] => {
      const root = builds.find(({ label }) => label === build)?.root;
      return root === undefined ? [] : [[name, { root }]];
    }),
  );
}

/** `results/<UTC time>-<commit>-<commit>.json` below the current folder. */
function defaultOut(startedAt: string, commits: readonly [Commit, Commit]): string {
  const time = startedAt.replaceAll(/[:.]/g, "-").slice(0, 19);
  const out = `results/${time}Z-${commits.map(({ sha }) => sha.slice(0, 7)).join("-")}.json`;
  mkdirSync(dirname(out), { recursive: true });
  return out;
}
