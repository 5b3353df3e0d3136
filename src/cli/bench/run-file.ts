import type { Plan, Trial } from "../../plan/plan.ts";
import { writeWhole } from "../../record/file.ts";
import { Journal } from "../../record/journal.ts";
import { SCHEMA_VERSION, type Environment, type Results } from "../../record/results.ts";
import { lacksSecrets, withoutSecrets } from "../../record/secrets.ts";
import { hasRightAnswers, type TrialRecord } from "../../record/trial-record.ts";
import type { Scenario } from "../../spec/scenario.ts";
import type { Estimate } from "../../estimate/estimate.ts";
import { estimatesOf } from "../../estimate/estimates.ts";

/** What a results file is of, and where it is. */
export interface RunFileOptions {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly environment: Environment;
  /** The results file. */
  readonly out: string;
  readonly notes?: readonly string[] | undefined;
  /** Records of the interrupted run that this one continues. */
  readonly earlier?: readonly TrialRecord[] | undefined;
}

/** The records of a run: every finished trial goes to the journal, and all of them to the results file at the end. */
export class RunFile {
  readonly plan: Plan;
  readonly notes: string[];
  readonly #options: RunFileOptions;
  readonly #journal: Journal;
  readonly #records = new Map<string, TrialRecord>();

  constructor(options: RunFileOptions) {
    const { scenario, environment, out, earlier } = options;
    this.#options = options;
    this.notes = [...(options.notes ?? [])];
    this.plan = { ...options.plan, trials: [...options.plan.trials] };
    for (const record of finishedIn(earlier ?? [])) this.#records.set(record.trial.id, record);
    const header = { schemaVersion: SCHEMA_VERSION, environment, scenario, plan: this.plan } as const;
    this.#journal = new Journal(out, header, earlier && this.records);
  }

  get records(): TrialRecord[] {
    return [...this.#records.values()];
  }

  get trialsLeft(): Trial[] {
    return this.plan.trials.filter(({ id }) => !this.#records.has(id));
  }

  add(records: readonly TrialRecord[]): void {
    for (const record of records) this.#records.set(record.trial.id, record);
    this.#journal.add(records);
  }

  extend(trials: readonly Trial[]): void {
    this.plan.trials.push(...trials);
    this.#journal.extend(trials);
  }

  /** Leaves no journal behind if no trial was finished. */
  discardEmpty(): void {
    if (this.#records.size === 0) this.#journal.finish();
  }

  /** Writes the results, then the results with their estimates: no failing estimate can lose what was measured. */
  close(
    ending: Results["ending"],
    scenario = this.#options.scenario,
  ): { readonly results: Results; readonly estimates: readonly Estimate[] } {
    const { environment, out } = this.#options;
    const { plan, notes } = this;
    const records = plan.trials.flatMap(({ id }) => this.#records.get(id) ?? []);
    const whole = { schemaVersion: SCHEMA_VERSION, environment, scenario, plan, ending, records, notes } as const;
    const measured = withoutSecrets(whole);
    keepResults(out, { ...measured, estimates: [] });
    if (ending === "interrupted" && lacksSecrets(measured) && hasRecords(measured)) this.#journal.keep();
    else this.#journal.finish();
    const { estimates, unavailable } = estimatesOf(measured);
    const results = { ...measured, estimates: [...estimates], notes: [...measured.notes, ...unavailable] };
    keepResults(out, results);
    return { results, estimates };
  }
}

/** All records but those of aborted trials; none if none was answered as expected, since the cause may be gone by now. */
function finishedIn(earlier: readonly TrialRecord[]): readonly TrialRecord[] {
  if (!earlier.some(hasRightAnswers)) return [];
  return earlier.filter(({ ending }) => ending !== "aborted");
}

/** Whether a run has a finished or failed trial. */
function hasRecords({ records }: Pick<Results, "records">): boolean {
  return records.some(({ ending }) => ending !== "aborted");
}

/** Writes the results file, unless nothing was measured. */
function keepResults(path: string, results: Results): void {
  if (hasRecords(results)) writeWhole(path, results);
}

/** Says where the results are, for stderr. */
export function placeOf(results: Results, path: string): string {
  return hasRecords(results) ? `results: ${path}` : "no results file: nothing was measured";
}
