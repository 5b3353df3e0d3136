import { existsSync } from "node:fs";
import { UserError } from "../../base/problem.ts";
import { isResumable, readJournal } from "../../record/journal.ts";
import { readResults } from "../../record/file.ts";
import type { Environment, Results } from "../../record/results.ts";

type Earlier = Pick<Results, "environment" | "scenario" | "plan" | "records" | "notes">;

/**
 * Returns the interrupted run that `--resume` names. Throws a `UserError` if there is none, or if commit, Spantoll, Node
 * or CPU changed since.
 */
export function readInterrupted(file: string, now: Environment): Earlier {
  const earlier = readJournal(file) ?? (existsSync(file) ? readResults(file) : undefined);
  if (earlier === undefined) throw new UserError(`--resume "${file}": no results file or journal has that name`);
  const { environment, scenario, plan, records } = earlier;
  if (!isResumable(plan))
    throw new UserError(`--resume "${file}": only plain runs of bench can be resumed; measure again`);
  const differing = differences(environment, now);
  if (differing.length > 0) {
    throw new UserError(`--resume "${file}": ${differing.join("; ")}; go back to that, or measure again`);
  }
  return { environment, scenario, plan, records, notes: environment.dirty || now.dirty ? [CHANGED] : [] };
}

const CHANGED = "resumed with uncommitted changes: both parts may have measured different code";

function differences(then: Environment, now: Environment): string[] {
  const compared: readonly (readonly [what: string, then: string, now: string])[] = [
    ["commit", then.commit.slice(0, 7), now.commit.slice(0, 7)],
    ["Spantoll", then.spantoll, now.spantoll],
    ["Node", then.node, now.node],
    ["CPU", then.cpu.model, now.cpu.model],
  ];
  return compared.filter(([, a, b]) => a !== b).map(([what, a, b]) => `${what} ${a}, now ${b}`);
}
