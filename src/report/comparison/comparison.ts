import type { Environment } from "../../record/results.ts";
import { isMicro } from "../micro.ts";
import type { Fact, Report, WarningGroup } from "../report.ts";
import { packagesOf, serviceOf } from "../setting.ts";
import { groupedByCode, trialWarnings, warnedOf } from "../warnings.ts";
import { correctionOf, isDrift, type ComparedSide, type ComparisonInput } from "./input.ts";
import { comparisonTables, thresholdText } from "./table.ts";
import { comparisonTitle } from "./title.ts";

/** A comparison as a report, for every format there is. Pure. */
export function buildComparison(input: ComparisonInput): Report {
  const { run, comparisons } = input;
  const endings = { completed: 0, aborted: 0, failed: 0 };
  for (const { ending } of run.records) endings[ending]++;
  return {
    title: comparisonTitle(input),
    caveats: caveatsOf(input),
    environment: run.environment,
    constants: constantsOf(input),
    tables: comparisonTables(input),
    charts: [],
    warnings: warningsOf(input),
    method: [correctionOf(input), METHOD, ...run.notes],
    setting: settingOf(run.environment),
    estimates: comparisons.map(({ ratio }) => ratio),
    spans: [],
    trials: { planned: run.plan.trials.length, endings },
  };
}

const METHOD =
  "A verdict takes the change and its interval: regression and improvement lie beyond the threshold and are told from no change; equivalent is proven to be within it; all verdicts of a report are one family (Holm).";

function caveatsOf(input: ComparisonInput): string[] {
  const { differences, isOneFile, onlyInBase, onlyInCandidate, base, candidate } = input;
  const same = isOneFile ? ["Base and candidate are the same file: every change is 0 by that alone."] : [];
  const unlike = differences.map((difference) => `Unlike, compared by --anyway: ${difference}`);
  const missing = [
    { names: onlyInBase, label: base.label },
    { names: onlyInCandidate, label: candidate.label },
  ].flatMap(({ names, label }) => (names.length === 0 ? [] : [`Only in ${label}: ${names.join(", ")}`]));
  return [...same, ...unlike, ...missing, ...(isOneFile ? [base] : [base, candidate]).flatMap(healthOf)];
}

/** How the run of a side went: its figures are no better than that. */
function healthOf({ label, records }: ComparedSide): string[] {
  const lost = records.filter(({ ending, valid }) => ending !== "completed" || !valid).length;
  return [
    ...(lost === 0 ? [] : [`${lost} of ${records.length} trials of ${label} failed or are void.`]),
    ...warnedOf(trialWarnings(records), label),
  ];
}

function constantsOf({ base, candidate, thresholds, run }: ComparisonInput): Fact[] {
  const { environment } = run;
  const judging = isMicro(run) ? (["micro"] as const) : (["cpu", "p99", "throughput", "lost"] as const);
  return [
    { label: "base", value: `${base.label} (${base.about})` },
    { label: "candidate", value: `${candidate.label} (${candidate.about})` },
    ...serviceOf(run),
    { label: "node", value: environment.node },
    { label: "cpu", value: `${environment.cpu.model}, ${environment.cpu.cores} cores` },
    { label: "thresholds", value: judging.map((name) => `${name} ${thresholdText(thresholds[name])}`).join(", ") },
  ];
}

function settingOf({ startedAt, spantoll, commit, dirty, os, packages }: Environment): Fact[] {
  return [
    { label: "measured", value: startedAt },
    { label: "spantoll", value: `${spantoll}, commit ${commit}${dirty ? " with changes" : ""}` },
    { label: "os", value: os },
    packagesOf({ packages }),
  ];
}

function warningsOf(input: ComparisonInput): WarningGroup[] {
  const { comparisons, variantLabel, run } = input;
  const judged = comparisons.filter(({ ratio }) => !isDrift(input, ratio));
  const told = judged.flatMap(({ ratio }) =>
    ratio.warnings.map((warning) => ({ warning, phase: ratio.phase, label: variantLabel(ratio.variant) })),
  );
  return groupedByCode(told, run.records);
}
