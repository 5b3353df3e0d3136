import { thisMoment } from "../base/clock.ts";
import type { Trial } from "../plan/plan.ts";
import { hasRightAnswers, WRONG_ANSWERS, type TrialRecord } from "../record/trial-record.ts";
import { failedRecord } from "./trial-record.ts";

/** A group that hangs so often in succession, and never answered, is not tried again. */
const MOST_HANGS = 2;

/** What came of a group. */
export interface GroupOutcome {
  /** In the order of the trials. */
  readonly records: TrialRecord[];
  /** False if the services did not start, ended in their warm-up, completed no request, or answered not as expected. */
  readonly measurable: boolean;
  /** Sink or load process did not answer in time. */
  readonly isLate: boolean;
  /** A service did not. */
  readonly hangs: boolean;
}

/** What a run has seen of its groups: whether one is worth a further try, and whether the run is. */
export class Outcomes {
  /** Phases and variants whose services answered as expected. */
  readonly #answering: Set<string>;
  /** Variants that had no trial yet. */
  readonly #untried: Set<string>;
  /** Reasons of the hangs in succession, by group. */
  readonly #hangs = new Map<string, readonly (string | undefined)[]>();
  #isMeasurable: boolean;
  #wasLate = false;
  /** Why a run ends before its plan does: minutes of the same failure show no more than the first. */
  stopReason: string | undefined;

  constructor(variants: readonly { readonly id: string }[], earlier: readonly TrialRecord[]) {
    const answered = earlier.filter(hasRightAnswers);
    this.#answering = new Set(answered.map(({ trial }) => nameOf(trial)));
    this.#untried = new Set(variants.map(({ id }) => id));
    this.#isMeasurable = answered.length > 0;
  }

  /** The outcome of a group that is not tried again; undefined if it is worth a try. */
  outcomeIfNotTried(group: readonly Trial[]): GroupOutcome | undefined {
    const hangs = this.#hangs.get(keyOf(group)) ?? [];
    if (hangs.length < MOST_HANGS || group.some((trial) => this.#answering.has(nameOf(trial)))) return undefined;
    return hungOutcome(group, hangs[0]);
  }

  add(group: readonly Trial[], { records, measurable, isLate, hangs }: GroupOutcome): void {
    const reason = reasonOf(records[0]!);
    const key = keyOf(group);
    this.#hangs.set(key, hangs ? [...(this.#hangs.get(key) ?? []), reason] : []);
    for (const { trial } of records.filter(hasRightAnswers)) this.#answering.add(nameOf(trial));
    for (const { trial } of records) this.#untried.delete(trial.variant);
    this.#isMeasurable ||= measurable;
    if (!this.#isMeasurable && this.#untried.size === 0) this.stopReason = `no variant could be measured: ${reason}`;
    else if (this.#wasLate && isLate)
      this.stopReason = `two trials in succession failed for the same reason: ${reason}`;
    else this.stopReason = undefined;
    this.#wasLate = isLate;
  }
}

/** The outcome of a group that is not run again. */
function hungOutcome(trials: readonly Trial[], reason: string | undefined): GroupOutcome {
  const error = new Error(
    `not tried again: its services did not answer in two trials in succession, at first: ${reason}`,
  );
  const records = trials.map((trial) => failedRecord(trial, thisMoment(), error));
  return { records, measurable: false, isLate: false, hangs: true };
}

function keyOf(group: readonly Trial[]): string {
  return group.map(nameOf).toSorted().join();
}

function nameOf({ phase, variant }: Trial): string {
  return `${phase} ${variant}`;
}

/** How a process ended, and the cause; or how requests were answered, and the fix. */
function reasonOf({ failure, warnings }: TrialRecord): string | undefined {
  const wrong = warnings.find(({ code }) => code === WRONG_ANSWERS);
  return failure?.split("\n", 2).join(": ") ?? (wrong && `${wrong.message}: ${wrong.fix}`);
}
