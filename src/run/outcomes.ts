import { groupsOf } from "../plan/duration.ts";
import type { Trial } from "../plan/plan.ts";
import { hasRightAnswers, WRONG_ANSWERS, type TrialRecord } from "../record/trial-record.ts";
import type { GroupOutcome } from "./group.ts";

/** What a run has seen of its groups: whether it is worth going on. */
export class Outcomes {
  /** Variants that had no trial yet. */
  readonly #untried: Set<string>;
  #isMeasurable: boolean;
  /** Why a run ends before its plan does: minutes of the same failure show no more than the first. */
  stopReason: string | undefined;

  constructor(variants: readonly { readonly id: string }[], earlier: readonly TrialRecord[]) {
    this.#untried = new Set(variants.map(({ id }) => id));
    this.#isMeasurable = earlier.some(hasRightAnswers);
  }

  add({ records, measurable }: GroupOutcome): void {
    for (const { trial } of records) this.#untried.delete(trial.variant);
    this.#isMeasurable ||= measurable;
    const isHopeless = !this.#isMeasurable && this.#untried.size === 0;
    this.stopReason = isHopeless ? `no variant could be measured: ${reasonOf(records[0]!)}` : undefined;
  }
}

/** The groups that have a trial that is not among the records: its trials are measured side by side, so all run again. */
export function missingGroups(trials: readonly Trial[], records: readonly TrialRecord[]): Trial[][] {
  const done = new Set(records.map(({ trial }) => trial.id));
  return groupsOf(trials).filter((group) => group.some(({ id }) => !done.has(id)));
}

/** How a process ended, and the cause; or how requests were answered, and the fix. */
function reasonOf({ failure, warnings }: TrialRecord): string | undefined {
  const wrong = warnings.find(({ code }) => code === WRONG_ANSWERS);
  return failure?.split("\n", 2).join(": ") ?? (wrong && `${wrong.message}: ${wrong.fix}`);
}
