import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../../base/problem.ts";
import { type Build, type Plan, planOfBuilds } from "../../../plan/plan.ts";
import type { Special } from "../../../run/setting.ts";
import { MIN_ROUNDS } from "../../../estimate/verdict.ts";
import { EXIT } from "../../exit-code.ts";
import { git, hasChanges } from "../../../record/git.ts";
import type { Scenario } from "../../../spec/scenario.ts";
import { onInterrupt } from "../../interrupt.ts";
import { noteOf } from "../../terminal.ts";
import type { Session } from "../session.ts";
import { Checkouts, findCommit, findRepository, type Commit, type Repository } from "./checkouts.ts";
import { install, packagesWarning } from "./install.ts";

/** The folder of this package, which holds the built-in targets. */
const PACKAGE = fileURLToPath(new URL("../../../../", import.meta.url));

export interface BuildsRequest {
  readonly base: string;
  readonly candidate: string;
  /** The command that installs packages, if the user gave one. */
  readonly install: string | undefined;
  readonly quiet: boolean;
  /** The scenario as the user named it. */
  readonly scenario: string | undefined;
}

type OfBuilds = Pick<Session, "plan" | "special" | "notes">;
interface Checkout extends Build {
  readonly root: string;
}

/**
 * Checks out and installs both commits, calls `use`, and removes the checkouts. Returns the exit code: that of `use`, or
 * that of the signal if interrupted.
 */
export async function withBuilds(
  scenario: Scenario,
  request: BuildsRequest,
  use: (ofBuilds: OfBuilds) => Promise<number>,
): Promise<number> {
  const isOwn = scenario.target.kind.command !== undefined;
  const { repository, commits } = await findCommits(scenario, request);
  if (isOwn) warnOfPackages(`${repository.top}/${repository.prefix}`, request);
  const interruption = onInterrupt();
  const checkouts = new Checkouts(repository);
  try {
    const builds: Checkout[] = [];
    for (const commit of commits) {
      interruption.signal.throwIfAborted();
      const root = await checkouts.add(commit);
      if (!isOwn) checkPrograms(root, commit.ref);
      builds.push(await installed(root, labelOf(commit, builds), commit, { repository, request, ...interruption }));
    }
    return await use(ofBuilds(scenario, builds, checkouts.notes));
  } catch (error) {
    const code = interruption.code();
    if (code === undefined) throw error;
    return code;
  } finally {
    checkouts.remove();
    interruption.dispose();
  }
}

/** The repository of the target and both commits. Prints what such a run cannot show. Throws a `UserError` if one does not exist. */
export async function findCommits(scenario: Scenario, { base, candidate, scenario: file }: BuildsRequest) {
  const { target, precision, maxRounds } = scenario;
  const repository = await findRepository(target.kind.command === undefined ? PACKAGE : process.cwd());
  const commits = [
    await findCommit(repository, "--base", base),
    await findCommit(repository, "--candidate", candidate),
  ] as const;
  if (commits[0].sha === commits[1].sha)
    process.stderr.write(
      `--base ${base} and the candidate ${candidate} are the same commit: only noise is measured. Name an earlier one, such as --base main~1\n`,
    );
  if (candidate === "HEAD" && (await hasChanges(repository.top, file)) === true)
    process.stderr.write("uncommitted changes are not measured: the candidate is HEAD, the last commit\n");
  const rounds = precision === undefined ? scenario.rounds : maxRounds;
  if (rounds < MIN_ROUNDS)
    process.stderr.write(
      `no verdict from fewer than ${MIN_ROUNDS} rounds (here ${rounds}), so the exit code can only be ${EXIT.unjudged}: --rounds ${MIN_ROUNDS} or more\n`,
    );
  return { repository, commits };
}

/** Prints which option is likely to be needed, before anything is checked out. */
export function warnOfPackages(folder: string, { install: wanted }: Pick<BuildsRequest, "install">): void {
  const warning = packagesWarning(folder, wanted);
  if (warning !== undefined) process.stderr.write(`${warning}\n`);
}

/** The ref; numbered if the same ref is measured twice. */
function labelOf({ ref }: Commit, earlier: readonly Build[]): string {
  return earlier.some(({ label }) => label === ref) ? `${ref} (2)` : ref;
}

async function installed(
  root: string,
  label: string,
  { ref, sha }: Commit,
  options: { readonly repository: Repository; readonly request: BuildsRequest; readonly signal: AbortSignal },
): Promise<Checkout> {
  const { repository, request, signal } = options;
  const note = noteOf(request);
  note(`checked out ${ref} (${sha.slice(0, 7)})`);
  const original = `${repository.top}/${repository.prefix}`;
  return {
    label,
    root,
    commit: sha,
    packages: await install(root, ref, { wanted: request.install, original, signal, note }),
  };
}

/** Throws a `UserError` if nothing names a service, and the user is in the repository of another project. */
export async function refuseForeignFolder(base: string): Promise<void> {
  const [here, own] = await Promise.all(
    [process.cwd(), PACKAGE].map((folder) => git(folder, "rev-parse", "--show-toplevel")),
  );
  if (here === own) return;
  throw new UserError(
    `--base "${base}": expected a scenario of your service, such as my-service.json --base ${base}; without one it compares commits of Spantoll, in Spantoll's folder`,
  );
}

/** The plan of two commits that are not checked out. */
export function planOfRefs(scenario: Scenario, { base, candidate }: BuildsRequest): Plan {
  const refs = base === candidate ? [base, `${candidate} (2)`] : [base, candidate];
  return planOfBuilds(
    scenario,
    refs.map((label) => ({ label, commit: "", packages: "" })),
  );
}

function checkPrograms(root: string, ref: string): void {
  if (existsSync(join(root, "tsconfig.target.json"))) return;
  throw new UserError(
    `"${ref}": this commit of Spantoll has no tsconfig.target.json, and its services cannot be built: choose a later one; to compare commits of your own service: --target command:"…"`,
  );
}

function ofBuilds(scenario: Scenario, checkouts: readonly Checkout[], notes: readonly string[]): OfBuilds {
  const plan = planOfBuilds(
    scenario,
    checkouts.map(({ label, commit, packages }) => ({ label, commit, packages })),
  );
  const special = plan.variants.map(({ id: name, build }): [string, Special] => {
    const { root } = checkouts.find(({ label }) => label === build)!;
    return [name, { root }];
  });
  return { plan, special: new Map(special), notes };
}
