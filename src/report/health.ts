import { total } from "../base/sum-of.ts";
import { METRICS } from "../record/metrics.ts";
import type { Results } from "../record/results.ts";
import { isUsable, type TrialRecord, type Warning } from "../record/trial-record.ts";
import { PHASES, phaseRow, type Phase } from "../spec/phases.ts";
import { rateText } from "./phase-sentence.ts";
import type { Report } from "./report.ts";
import { listNames } from "./warnings.ts";

/** How the trials of a run went, a sentence for each thing that weakens its answer. `planned`: of an interrupted run. */
export function healthOf(records: readonly TrialRecord[], planned?: number, label?: string): string[] {
  const lost = records.filter(({ ending, valid }) => ending !== "completed" || !valid);
  const codes = new Set(lost.flatMap(({ warnings }) => warnings.filter(isInvalidating).map(({ code }) => code)));
  const trials = `trials${label === undefined ? "" : ` of ${label}`}`;
  const reasons = codes.size > 0 ? ` (${listNames(codes)})` : "";
  return [
    ...(lost.length > 0
      ? [`${lost.length} of ${records.length} ${trials} failed or are invalid, and in no figure${reasons}.`]
      : []),
    ...(planned === undefined ? [] : [`Interrupted: ${records.length} of ${planned} ${trials} were run.`]),
  ];
}

const isInvalidating = ({ invalidates }: Warning): boolean => invalidates === true;

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

/** What made most trials of a phase invalid, in words for the head of a report. */
const CAUSES: Readonly<Record<string, string>> = {
  "foreign-load": "other programs used the machine; run again when it is quiet",
  "driver-late": "the machine was too busy to send requests in time; run again when it is quiet, or lower --rate",
};

/** One sentence for those of the asked phases that have no valid trial: `p99 and throughput: no figures, other programs …`. */
export function noFigures(
  results: Planned & { readonly records: readonly TrialRecord[] },
  isAsked: (phase: Phase) => boolean = () => true,
): string[] {
  const phases = PHASES.flatMap(({ name }) => {
    const trials = results.records.filter(({ trial }) => trial.phase === name && isAsked(name));
    const isEmpty = trials.length > 0 && !trials.some(isUsable);
    return isEmpty ? [{ name, cause: causeOf(trials) }] : [];
  });
  return [...Map.groupBy(phases, ({ cause }) => cause)].map(
    ([cause, same]) => `${same.map(({ name }) => figuresIn(results, name)).join(" and ")}: no figures, ${cause}.`,
  );
}

type Planned = Pick<Results, "scenario" | "plan">;

/** `Latency (p99)`: the phase, and what has a verdict in it; of the phases cost the rate, in which they differ. */
function figuresIn(results: Planned, phase: Phase): string {
  const { layout, title } = phaseRow(phase);
  if (layout === "side by side") return `${title} at ${rateText({ results }, phase)}`;
  const judged = METRICS.find(({ compared }) => compared?.[0] === phase);
  return judged === undefined ? title : `${title} (${judged.title})`;
}

function causeOf(trials: readonly TrialRecord[]): string {
  const causes = trials.flatMap(({ warnings }) => warnings.filter(isInvalidating));
  const known = Object.entries(CAUSES).find(([code]) => causes.some((one) => one.code === code));
  if (known !== undefined) return known[1];
  const codes = new Set(causes.map(({ code }) => code));
  return `because all ${trials.length} trials failed or are invalid${codes.size === 0 ? "" : ` (${listNames(codes)})`}`;
}
