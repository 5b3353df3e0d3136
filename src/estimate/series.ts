import type { Variant } from "../plan/variant.ts";
import type { Metric } from "../record/metric.ts";
import { LOST, lostShare } from "../record/metrics.ts";
import { isUsable, type TrialRecord, type Warning } from "../record/trial-record.ts";
import { alphaOf, estimateFrom, estimateOf, type Certainty, type Estimate } from "./estimate.ts";
import type { QuantileRound, Shortage } from "./statistics/quantile-change.ts";
import { binomialInterval } from "./statistics/proportion.ts";
import { oneSample } from "./statistics/student.ts";
import { PHASES, type Phase } from "../spec/phases.ts";
import { MIN_ROUNDS } from "./verdict.ts";

/** The usable trials of one variant in one phase, by round. */
export interface VariantRounds {
  readonly phase: Phase;
  readonly variant: string;
  /** Absent if the plan is not known. */
  readonly planned?: Variant | undefined;
  readonly records: ReadonlyMap<number, TrialRecord>;
  /** The rounds that every variant of the phase has. */
  readonly common: ReadonlySet<number>;
  /** How many trials were left out, and why. */
  readonly warnings: readonly Warning[];
}

/** `cpuUsPerRequest of ratio:0.1 in the cost phase`, unique within a run. */
export function figureName(metric: string, { variant, phase }: Pick<VariantRounds, "variant" | "phase">): string {
  return `${metric} of ${variant} in the ${phase} phase`;
}

/** Groups by phase, then variant in order of `variants`, unlisted ones last. Failed, aborted and invalid trials stay out. */
export function groupRounds(records: readonly TrialRecord[], variants: readonly Variant[] = []): VariantRounds[] {
  const names = new Set([...variants.map(({ id }) => id), ...records.map(({ trial }) => trial.variant)]);
  const warm = new Set(records.filter((record) => record.valid && !startedAfresh(record)).map(roundOf));
  return PHASES.flatMap(({ name: phase }) => {
    const byVariant = Map.groupBy(
      records.filter((record) => record.trial.phase === phase && !isColdBesideWarm(record, warm)),
      ({ trial }) => trial.variant,
    );
    const ofPhase = [...names].flatMap((variant) => {
      const all = byVariant.get(variant) ?? [];
      const usable = all.filter(isUsable);
      if (usable.length === 0) return [];
      const byRound = new Map(usable.map((record) => [record.trial.round, record]));
      const planned = variants.find(({ id }) => id === variant);
      return { phase, variant, planned, records: byRound, warnings: leftOutWarning(variant, all) };
    });
    const common = commonRounds(ofPhase.map(({ records }) => records));
    return ofPhase.map((group) => ({ ...group, common }));
  });
}

/** It was planned to have the warm processes of its round, and had its own. */
function startedAfresh({ warnings }: TrialRecord): boolean {
  return warnings.some(({ code }) => code === "own-processes");
}

function roundOf({ trial: { phase, round } }: TrialRecord): string {
  return `${phase} ${round}`;
}

/** Cold and warm processes are not compared: a service gets faster for minutes. */
function isColdBesideWarm(record: TrialRecord, warm: ReadonlySet<string>): boolean {
  return startedAfresh(record) && warm.has(roundOf(record));
}

/** The rounds that all of them have, in the order of the first. */
export function commonRounds([first, ...others]: readonly ReadonlyMap<number, unknown>[]): ReadonlySet<number> {
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

/** A metric of one variant in one phase: its value in each round, and the estimate over them. */
export interface Series {
  readonly metric: Metric;
  readonly group: VariantRounds;
  readonly values: ReadonlyMap<number, number>;
  readonly absolute: Estimate;
  /** Of a quantile: what changes of it are computed from. */
  readonly quantile?: {
    readonly p: number;
    readonly rounds: ReadonlyMap<number, QuantileRound>;
    readonly shortage: Shortage | undefined;
  };
}

/**
 * The series of a metric that is one number of each record; undefined if no record has it. Changes pair the rounds of two
 * series; the absolute figure is the mean over the rounds that `ofCommon` leaves. So if every trial counts, a change on
 * logarithms is the ratio of the figures beside it.
 */
export function scalarSeries(
  group: VariantRounds,
  metric: Metric,
  of: (record: TrialRecord) => number | undefined,
  certainty: Certainty,
): Series | undefined {
  const logs = metric.scale === "log";
  const values = roundValues(group, (record) => {
    const value = of(record);
    return value !== undefined && Number.isFinite(value) && (!logs || value > 0) ? value : undefined;
  });
  if (values.size === 0) return undefined;
  const { phase, variant, common, warnings } = group;
  const method = `student-t ${logs ? "on logarithms " : ""}over rounds`;
  const about = { phase, variant, metric: metric.name, unit: metric.unit, method };
  const shown = ofCommon(values, common);
  const contrast = oneSample(logs ? shown.map(Math.log) : shown);
  // nothing that is measured on a linear scale here can be negative
  const back = logs ? Math.exp : (value: number) => Math.max(0, value);
  return { metric, group, values, absolute: estimateOf(about, contrast, back, certainty, warnings) };
}

/**
 * Lost spans as a share of the sampled ones that were to be kept; undefined if there were none. Losses come in bursts: one
 * cause takes many spans of a round, so a round is one observation, however many spans it has. If all rounds lost the same
 * share, nothing shows how far rounds differ, and each counts as one trial: none lost in 5 rounds is 0 % [0, 52].
 */
export function lostSeries(group: VariantRounds, certainty: Certainty): Series | undefined {
  const values = roundValues(group, lostShare);
  if (values.size === 0) return undefined;
  const { phase, variant, warnings } = group;
  const about = { phase, variant, metric: LOST.name, unit: LOST.unit };
  const [share, ...others] = values.values();
  if (share !== undefined && others.every((other) => other === share)) {
    const exact = { ...about, method: "the same in all rounds: exact binomial, a round a trial" };
    const bounds = binomialInterval(share * values.size, values.size, 1 - alphaOf(certainty));
    const absolute = estimateFrom(exact, { center: share, bounds, n: values.size }, certainty, warnings);
    return { metric: LOST, group, values, absolute };
  }
  const clipped = (share: number): number => Math.min(1, Math.max(0, share));
  const contrast = oneSample([...values.values()]);
  const overRounds = { ...about, method: "student-t over rounds" };
  return { metric: LOST, group, values, absolute: estimateOf(overRounds, contrast, clipped, certainty, warnings) };
}

/** What `of` reads from the record of each round. Rounds without it are left out. */
export function roundValues<T>({ records }: VariantRounds, of: (record: TrialRecord) => T | undefined): Map<number, T> {
  const values = new Map<number, T>();
  for (const [round, record] of records) {
    const value = of(record);
    if (value !== undefined) values.set(round, value);
  }
  return values;
}
