import type { Phase } from "../plan/trial.ts";
import type { TrialRecord, Warning } from "../record/trial-record.ts";
import { MIN_ROUNDS } from "./verdict.ts";

/** The usable trials of one variant in one phase, by round. */
export interface VariantRounds {
  readonly phase: Phase;
  readonly variant: string;
  readonly records: ReadonlyMap<number, TrialRecord>;
  /** The rounds that every variant of the phase has. */
  readonly common: ReadonlySet<number>;
  /** Says how many trials were left out, and why. */
  readonly warnings: readonly Warning[];
}

const PHASES: readonly Phase[] = ["cost", "latency", "capacity", "micro"];

/** Groups by phase, then variant in order of `variants`, unlisted ones last. Failed, aborted and void trials stay out. */
export function groupRounds(records: readonly TrialRecord[], variants: readonly string[] = []): VariantRounds[] {
  const names = [...new Set([...variants, ...records.map((record) => record.trial.variant)])];
  const groups = new Map<string, TrialRecord[]>();
  for (const record of records) {
    const key = groupKey(record.trial.phase, record.trial.variant);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return PHASES.flatMap((phase) => {
    const ofPhase = names.flatMap((variant) => {
      const all = groups.get(groupKey(phase, variant)) ?? [];
      const usable = all.filter((record) => record.ending === "completed" && record.valid);
      if (usable.length === 0) return [];
      const byRound = usable.map((record) => [record.trial.round, record] as const);
      return { phase, variant, records: new Map(byRound), warnings: leftOutWarning(variant, all) };
    });
    const common = commonRounds(ofPhase.map(({ records }) => records));
    return ofPhase.map((group) => ({ ...group, common }));
  });
}

/** The rounds that all of them have. */
export function commonRounds(all: readonly ReadonlyMap<number, unknown>[]): ReadonlySet<number> {
  const [first, ...others] = all;
  return new Set([...(first?.keys() ?? [])].filter((round) => others.every((other) => other.has(round))));
}

/**
 * What absolute figures are made of: the rounds that all variants have, so that figures side by side are of the same
 * rounds; where these are too few for a verdict, a variant's own.
 */
export function ofCommon<T>(values: ReadonlyMap<number, T>, common: ReadonlySet<number>): T[] {
  const shared = [...values].filter(([round]) => common.has(round)).map(([, value]) => value);
  return shared.length >= Math.min(MIN_ROUNDS, values.size) ? shared : [...values.values()];
}

/** The values of the rounds that both sides have, in order of rounds. */
export function pairRounds(
  values: ReadonlyMap<number, number>,
  baseline: ReadonlyMap<number, number>,
): { readonly value: number; readonly baseline: number }[] {
  return [...values]
    .filter(([round]) => baseline.has(round))
    .toSorted(([a], [b]) => a - b)
    .map(([round, value]) => ({ value, baseline: baseline.get(round)! }));
}

function groupKey(phase: Phase, variant: string): string {
  return `${phase} ${variant}`;
}

function leftOutWarning(variant: string, all: readonly TrialRecord[]): Warning[] {
  const unfinished = all.filter((record) => record.ending !== "completed").length;
  const voided = all.filter((record) => record.ending === "completed" && !record.valid).length;
  if (unfinished + voided === 0) return [];
  const why = [unfinished > 0 ? `${unfinished} did not complete` : "", voided > 0 ? `${voided} void` : ""];
  return [
    {
      code: "trials-left-out",
      message: `${unfinished + voided} of ${all.length} trials of ${variant} are left out (${why.filter(Boolean).join(", ")})`,
      fix: "see the warnings of those trials, and measure again",
    },
  ];
}
