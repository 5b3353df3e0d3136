import { realpathSync } from "node:fs";
import { UserError, didYouMean, parseWithPoints } from "../../base/problem.ts";
import { compareResults, compareVariants } from "../../estimate/compare.ts";
import { type Thresholds, DEFAULT_THRESHOLDS } from "../../record/metric.ts";
import { type Build, pairsOfBuilds } from "../../plan/plan.ts";
import { BASELINE, variantsOf } from "../../plan/variant.ts";
import { git } from "../../record/git.ts";
import { readResults } from "../../record/file.ts";
import { measuredCommit, type Conditions, type Environment, type Results } from "../../record/results.ts";
import { commitsText } from "../../report/commits.ts";
import { plainName } from "../../report/run.ts";
import type { ComparisonInput } from "../../report/comparison/table.ts";
import { incomparable } from "../../estimate/incomparable.ts";
import { isQuick } from "../../spec/read.ts";
import { share } from "../../base/units.ts";
import { readOption } from "../read-option.ts";

/** Compares two results files. Throws a `UserError` if one cannot be read, or if they differ in setting and not `anyway`. */
export async function comparisonOfFiles(
  basePath: string,
  candidatePath: string,
  thresholds: Thresholds,
  anyway: boolean,
): Promise<ComparisonInput> {
  const [base, candidate] = [readResults(basePath), readResults(candidatePath)];
  const differences = differencesOf([`"${basePath}"`, base], [`"${candidatePath}"`, candidate]);
  if (differences.length > 0 && !anyway) {
    throw new UserError(
      `"${basePath}" and "${candidatePath}" cannot be compared: ${differences.join("; ")} (--anyway compares them with a warning)`,
    );
  }
  return {
    design: "moments",
    base: { label: basePath, about: momentOf(base), records: base.records },
    candidate: { label: candidatePath, about: momentOf(candidate), records: candidate.records },
    ...compareResults(base, candidate, thresholds),
    thresholds,
    differences,
    isOneFile: realpathSync(basePath) === realpathSync(candidatePath),
    isSwapped: await isSwapped(base.environment, candidate.environment),
    run: candidate,
    variantLabel: (name) => plainName(candidate, name),
  };
}

/** Whether the base is of a later time, and its commit one that followed on the candidate's. */
async function isSwapped(base: Environment, candidate: Environment): Promise<boolean> {
  const [after, before] = [base, candidate].map((one) => measuredCommit(one).commit);
  if (base.startedAt <= candidate.startedAt || after === before) return false;
  // a commit of a file may be any text
  const commits = [before!, after!].map((commit) => `${commit}^{commit}`);
  return (await git(process.cwd(), "merge-base", "--is-ancestor", "--end-of-options", ...commits)) !== undefined;
}

function momentOf(results: Results): string {
  return `${commitsText(results)}, ${results.environment.startedAt}`;
}

/** Compares the two commits of a run that `bench --base` measured. Throws a `UserError` for other runs. */
export function comparisonOfBuilds(results: Results, thresholds: Thresholds): ComparisonInput {
  const { plan, records } = results;
  const [base, candidate] = plan.builds ?? [];
  if (base === undefined || candidate === undefined)
    throw new UserError("compare: expected a second results file, or one file that bench --base wrote");
  const plain = variantsOf(results.scenario);
  const pairs = pairsOfBuilds(plan, base, candidate);
  const isUntraced = (pair: (typeof pairs)[number]): boolean =>
    plan.variants.some(({ id, sampler }) => id === pair.base && sampler.text === BASELINE);
  const sideOf = (build: Build) => {
    const own = new Set(plan.variants.filter((variant) => variant.build === build.label).map(({ id: name }) => name));
    return {
      label: build.label,
      about: build.commit.slice(0, 7),
      records: records.filter(({ trial }) => own.has(trial.variant)),
    };
  };
  return {
    design: "builds",
    base: sideOf(base),
    candidate: sideOf(candidate),
    ...compareVariants(records, pairs, thresholds, pairs.find(isUntraced)),
    thresholds,
    differences: [],
    isOneFile: false,
    onlyInBase: [],
    onlyInCandidate: [],
    run: results,
    variantLabel: (name) => {
      const id = plain[plan.variants.findIndex((variant) => variant.id === name) % plain.length]!.id;
      return plainName({ scenario: results.scenario, plan: { ...plan, variants: plain } }, id);
    },
  };
}

type Named = readonly [name: string, results: Conditions];

/** Why two results may not be compared, one line each. */
export function differencesOf([baseName, base]: Named, [candidateName, candidate]: Named): string[] {
  const quick = [
    ...(isQuick(base.scenario) ? [baseName] : []),
    ...(isQuick(candidate.scenario) ? [candidateName] : []),
  ];
  const words = quick.length === 1 ? [`only ${quick[0]} was measured with --quick`] : [];
  return [...words, ...incomparable(base, candidate)];
}

const KEYS = Object.keys(DEFAULT_THRESHOLDS) as (keyof Thresholds)[];

/** Reads `cpu=2%,p99=10%`; other metrics keep their default. Throws a `UserError` that names the token. */
export function thresholdsOf(text: string | undefined): Thresholds {
  return text === undefined ? DEFAULT_THRESHOLDS : parseWithPoints(text, parseThresholds, "--threshold ");
}

function parseThresholds(text: string): Thresholds {
  const thresholds: Record<keyof Thresholds, number> = { ...DEFAULT_THRESHOLDS };
  for (const item of text.split(",")) {
    const [key = "", value = ""] = item.trim().split("=", 2);
    if (!(KEYS as string[]).includes(key)) {
      throw new UserError(
        `--threshold "${item}": expected one of ${KEYS.join(", ")} and its share, such as cpu=2%${didYouMean(key, KEYS)}`,
      );
    }
    thresholds[key as keyof Thresholds] = readOption(`--threshold ${key}`, share, value);
  }
  return thresholds;
}
