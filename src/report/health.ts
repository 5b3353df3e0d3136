import { total } from "../base/sum-of.ts";
import type { Results } from "../record/results.ts";
import { isUsable, type TrialRecord } from "../record/trial-record.ts";
import { PHASES, type Phase } from "../spec/phases.ts";
import { phaseText } from "./phase-sentence.ts";
import type { Report } from "./report.ts";
import { listNames } from "./warnings.ts";

/** How the trials of a run went, a sentence for each thing that weakens its answer. `planned`: of an interrupted run. */
export function healthOf(records: readonly TrialRecord[], planned?: number, label?: string): string[] {
  const lost = records.filter(({ ending, valid }) => ending !== "completed" || !valid);
  const trials = `trials${label === undefined ? "" : ` of ${label}`}`;
  return [
    ...(lost.length > 0
      ? [`${lost.length} of ${records.length} ${trials} failed or are invalid, and in no figure${codesOf(lost)}.`]
      : []),
    ...(planned === undefined ? [] : [`Interrupted: ${records.length} of ${planned} ${trials} were run.`]),
  ];
}

/** Spans that no cause accounts for, in all trials; undefined if no trial has a ledger of ours. */
export function unexplainedSpans(records: readonly TrialRecord[]): number | undefined {
  const ours = records.flatMap(({ ledger }) => (ledger === undefined || ledger.source === "sdk" ? [] : [ledger]));
  return ours.length === 0 ? undefined : total(ours, ({ residual }) => residual);
}

/** How many trials were planned, how many ended how, and the spans that no cause accounts for. */
export function trialsOf(records: readonly TrialRecord[], planned: number): Report["trials"] {
  const endings = { completed: 0, aborted: 0, failed: 0 };
  for (const { ending } of records) endings[ending]++;
  return { planned, endings, unexplainedSpans: unexplainedSpans(records) };
}

/** One sentence for each of the asked phases that has no valid trial; `results` has the rates. */
export function noFigures(
  results: Pick<Results, "scenario" | "plan">,
  records: readonly TrialRecord[],
  isAsked: (phase: Phase) => boolean = () => true,
): string[] {
  return PHASES.flatMap(({ name }) => {
    const trials = records.filter(({ trial }) => trial.phase === name && isAsked(name));
    return trials.length === 0 || trials.some(isUsable)
      ? []
      : [
          `Phase ${phaseText(results, name)}: no figures, because all ${trials.length} trials failed or are invalid${codesOf(trials)}.`,
        ];
  });
}

/** ` (foreign-load)`: what made trials invalid. */
function codesOf(trials: readonly TrialRecord[]): string {
  const reasons = trials.flatMap(({ warnings }) => warnings.filter(({ invalidates }) => invalidates === true));
  const codes = new Set(reasons.map(({ code }) => code));
  return codes.size === 0 ? "" : ` (${listNames(codes)})`;
}
