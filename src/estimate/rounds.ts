import { PHASES, type Phase } from "../spec/phases.ts";
import type { TrialRecord, Warning } from "../record/trial-record.ts";
import { MIN_ROUNDS } from "./verdict.ts";

/** The usable trials of one variant in one phase, by round. */
export interface VariantRounds {
  readonly phase: Phase;
  readonly variant: string;
  readonly records: ReadonlyMap<number, TrialRecord>;
  /** The rounds that every variant of the phase has. */
  readonly common: ReadonlySet<number>;
  /** How many trials were left out, and why. */
  readonly warnings: readonly Warning[];
}

/** Groups by phase, then variant in order of `variants`, unlisted ones last. Failed, aborted and invalid trials stay out. */
export function groupRounds(records: readonly TrialRecord[], variants: readonly string[] = []): VariantRounds[] {
  const names = [...new Set([...variants, ...records.map(({ trial }) => trial.variant)])];
  return PHASES.flatMap(({ name: phase }) => {
    const byVariant = Map.groupBy(
      records.filter(({ trial }) => trial.phase === phase),
      ({ trial }) => trial.variant,
    );
    const ofPhase = names.flatMap((variant) => {
      const all = byVariant.get(variant) ?? [];
      const usable = all.filter(({ ending, valid }) => ending === "completed" && valid);
      if (usable.length === 0) return [];
      const byRound = new Map(usable.map((record) => [record.trial.round, record]));
      return { phase, variant, records: byRound, warnings: leftOutWarning(variant, all) };
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
 * The values that an absolute figure is made of: those of the rounds that all variants have, so that figures side by
 * side are of the same rounds; if these are too few for a verdict, all.
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

function leftOutWarning(variant: string, all: readonly TrialRecord[]): Warning[] {
  const unfinished = all.filter(({ ending }) => ending !== "completed").length;
  const invalid = all.filter(({ ending, valid }) => ending === "completed" && !valid).length;
  if (unfinished + invalid === 0) return [];
  const why = [unfinished > 0 ? `${unfinished} did not complete` : "", invalid > 0 ? `${invalid} invalid` : ""];
  return [
    {
      code: "trials-left-out",
      message: `${unfinished + invalid} of ${all.length} trials of ${variant} are left out (${why.filter(Boolean).join(", ")})`,
      fix: "see the warnings of those trials, and measure again",
    },
  ];
}
