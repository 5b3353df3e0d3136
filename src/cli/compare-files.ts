import { realpathSync } from "node:fs";
import { UserError } from "../base/problem.ts";
import { compareResults, compareVariants } from "../estimate/compare.ts";
import type { Thresholds } from "../estimate/metrics.ts";
import { readResults } from "../record/file.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { ComparisonInput } from "../report/comparison/input.ts";
import { buildsIn, nameWithoutBuild, pairsOf } from "./commits/builds.ts";
import { unlike } from "./unlike.ts";

/** Throws a `UserError` for damaged files, and for unlike ones unless `anyway`. */
export function comparisonOfFiles(
  basePath: string,
  candidatePath: string | undefined,
  thresholds: Thresholds,
  anyway: boolean,
): ComparisonInput {
  const base = readResults(basePath);
  if (candidatePath === undefined) {
    if (buildsIn(base.plan).length === 2) return comparisonOfBuilds(base, thresholds);
    throw new UserError(`compare "${basePath}": expected a second results file to compare it with`);
  }
  const candidate = readResults(candidatePath);
  const differences = unlike([`"${basePath}"`, base], [`"${candidatePath}"`, candidate]);
  if (differences.length > 0 && !anyway) {
    throw new UserError(
      `"${basePath}" and "${candidatePath}" are unlike: ${differences.join("; ")} (--anyway compares them with a warning)`,
    );
  }
  return {
    design: "moments",
    base: { label: basePath, about: momentOf(base), records: base.records },
    candidate: { label: candidatePath, about: momentOf(candidate), records: candidate.records },
    ...compareResults(base, candidate, { thresholds }),
    thresholds,
    differences,
    isOneFile: realpathSync(basePath) === realpathSync(candidatePath),
    run: candidate,
    variantLabel: (name) => name,
  };
}

function momentOf({ environment: { commit, dirty, startedAt } }: Results): string {
  return `${commit.slice(0, 7)}${dirty ? " with changes" : ""}, ${startedAt}`;
}

/** Of a results file that `--commits` left: the same comparison again, without measuring. */
export function comparisonOfBuilds(results: Results, thresholds: Thresholds): ComparisonInput {
  const { plan, records } = results;
  const [base, candidate] = buildsIn(plan) as [string, string];
  const about = (label: string): string =>
    new RegExp(`commit ([0-9a-f]{7})`).exec(results.notes.find((note) => note.startsWith(`${label}: `)) ?? "")?.[1] ??
    "";
  const recordsOf = (label: string): readonly TrialRecord[] => {
    const own = new Set(plan.variants.filter(({ build }) => build === label).map(({ name }) => name));
    return records.filter(({ trial }) => own.has(trial.variant));
  };
  return {
    design: "builds",
    base: { label: base, about: about(base), records: recordsOf(base) },
    candidate: { label: candidate, about: about(candidate), records: recordsOf(candidate) },
    comparisons: compareVariants(records, pairsOf(plan, base, candidate), { thresholds, seed: plan.seed }),
    thresholds,
    differences: [],
    isOneFile: false,
    onlyInBase: [],
    onlyInCandidate: [],
    run: results,
    variantLabel: (name) => nameWithoutBuild(name, plan),
  };
}
