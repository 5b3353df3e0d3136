import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../../base/problem.ts";
import { type Build, type Plan, planOfBuilds } from "../../../plan/plan.ts";
import { MIN_ROUNDS } from "../../../estimate/verdict.ts";
import { EXIT } from "../../exit-code.ts";
import { git, hasChanges } from "../../../record/git.ts";
import type { Scenario } from "../../../spec/scenario.ts";
import { onInterrupt } from "../../interrupt.ts";
import { noteOf } from "../../terminal.ts";
import type { Session } from "../session.ts";
import { Checkouts, findCommit, findRepository } from "./checkouts.ts";
import { install, warnOfPackages } from "./install.ts";

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
  const original = `${repository.top}/${repository.prefix}`;
  const note = noteOf(request);
  const interruption = onInterrupt();
  const { signal } = interruption;
  const checkouts = new Checkouts(repository);
  try {
    const builds: Build[] = [];
    const roots = new Map<string | undefined, string>();
    for (const [at, { ref, sha }] of commits.entries()) {
      signal.throwIfAborted();
      const root = await checkouts.add({ ref, sha });
      if (!isOwn) checkPrograms(root, ref);
      note(`checked out ${ref} (${sha.slice(0, 7)})`);
      const packages = await install(root, ref, { wanted: request.install, original, signal, note });
      const label = labelsOf(request)[at]!;
      builds.push({ label, commit: sha, packages });
      roots.set(label, root);
    }
    const plan = planOfBuilds(scenario, builds);
    const special = new Map(plan.variants.map(({ id, build }) => [id, { root: roots.get(build)! }]));
    return await use({ plan, special, notes: checkouts.notes });
  } catch (error) {
    const code = interruption.code();
    if (code === undefined) throw error;
    return code;
  } finally {
    checkouts.remove();
    interruption.dispose();
  }
}

/** The refs; numbered if the same is measured twice. */
function labelsOf({ base, candidate }: BuildsRequest): string[] {
  return base === candidate ? [base, `${candidate} (2)`] : [base, candidate];
}

/** The repository of the target and both commits. Prints what such a run cannot show. Throws a `UserError` if one does not exist. */
export async function findCommits(
  scenario: Scenario,
  { base, candidate, install: wanted, scenario: file }: BuildsRequest,
) {
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
  if (target.kind.command !== undefined) warnOfPackages(process.cwd(), wanted);
  return { repository, commits };
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
export function planOfRefs(scenario: Scenario, request: BuildsRequest): Plan {
  return planOfBuilds(
    scenario,
    labelsOf(request).map((label) => ({ label, commit: "", packages: "" })),
  );
}

function checkPrograms(root: string, ref: string): void {
  if (existsSync(join(root, "tsconfig.target.json"))) return;
  throw new UserError(
    `"${ref}": this commit of Spantoll has no tsconfig.target.json, and its services cannot be built: choose a later one; to compare commits of your own service: --target command:"…"`,
  );
}
