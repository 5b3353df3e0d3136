import { existsSync } from "node:fs";
import { UserError } from "../base/problem.ts";
import { isResumable, readJournal } from "../record/journal.ts";
import { readResults } from "../record/file.ts";
import type { Environment, Results } from "../record/results.ts";

type Earlier = Pick<Results, "environment" | "scenario" | "plan" | "records" | "notes">;

/**
 * What there is of a run that `--resume` names, with what is to be noted about going on with it. Throws a `UserError`
 * where there is nothing, or where the rest would be measured with other means than the beginning.
 */
export function resumable(file: string, now: Environment): Earlier {
  const earlier = readJournal(file) ?? (existsSync(file) ? readResults(file) : undefined);
  if (earlier === undefined)
    throw new UserError(`--resume "${file}": there is neither a results file nor a journal of that name`);
  const { environment, scenario, plan, records } = earlier;
  if (!isResumable(plan))
    throw new UserError(`--resume "${file}": only runs of bench can be gone on with; measure again`);
  const differing = differences(environment, now);
  if (differing.length > 0) {
    throw new UserError(
      `--resume "${file}": the rest would be measured otherwise than the beginning (${differing.join("; ")}); go back to that, or measure again`,
    );
  }
  return { environment, scenario, plan, records, notes: environment.dirty || now.dirty ? [CHANGED] : [] };
}

const CHANGED =
  "resumed with changes in the working copy that are in no commit: whether both parts measured the same code is not known";

function differences(then: Environment, now: Environment): string[] {
  const compared: readonly (readonly [what: string, then: string, now: string])[] = [
    ["commit", then.commit.slice(0, 7), now.commit.slice(0, 7)],
    ["Spantoll", then.spantoll, now.spantoll],
    ["Node", then.node, now.node],
    ["CPU", then.cpu.model, now.cpu.model],
  ];
  return compared.filter(([, a, b]) => a !== b).map(([what, a, b]) => `${what} ${a}, now ${b}`);
}
