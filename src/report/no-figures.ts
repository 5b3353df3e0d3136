import { METRICS } from "../record/metrics.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { PHASES, phaseRow, type Phase } from "../spec/phases.ts";
import { listNames } from "./warnings.ts";

/** What made most trials of a phase invalid, in words for the head of a report. */
const CAUSES: Readonly<Record<string, string>> = {
  "foreign-load": "other programs used the machine; run again when it is quiet",
  "driver-late": "the machine was too busy to send requests in time; lower --rate, or run again when it is quiet",
};

/** One sentence for the phases that were run and have no valid trial: `p99 and throughput: no figures, other programs …`. */
export function noFigures(records: readonly TrialRecord[]): string[] {
  const phases = PHASES.flatMap(({ name }) => {
    const trials = records.filter(({ trial }) => trial.phase === name);
    const isEmpty = trials.length > 0 && !trials.some(({ ending, valid }) => ending === "completed" && valid);
    return isEmpty ? [{ name, cause: causeOf(trials) }] : [];
  });
  return [...Map.groupBy(phases, ({ cause }) => cause)].map(
    ([cause, same]) => `${same.map(({ name }) => figuresIn(name)).join(" and ")}: no figures, ${cause}.`,
  );
}

/** `Latency (p99)`: the phase, and what has a verdict in it. */
function figuresIn(phase: Phase): string {
  const judged = METRICS.find(({ compared }) => compared?.[0] === phase);
  return judged === undefined ? phaseRow(phase).title : `${phaseRow(phase).title} (${judged.title})`;
}

function causeOf(trials: readonly TrialRecord[]): string {
  const causes = trials.flatMap(({ warnings }) => warnings.filter(({ invalidates }) => invalidates === true));
  const known = Object.entries(CAUSES).find(([code]) => causes.some((one) => one.code === code));
  if (known !== undefined) return known[1];
  const codes = new Set(causes.map(({ code }) => code));
  return `because all ${trials.length} trials failed or are invalid${codes.size === 0 ? "" : ` (${listNames(codes)}); --verbose prints what to do`}`;
}
