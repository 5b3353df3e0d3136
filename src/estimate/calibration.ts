/**
 * What a calibration proves. Pure: its sections in, findings out.
 *
 * Promised is: twins of `none` and of `always_on` do not differ, nor do their main threads if these are known, and the
 * intervals of a known cost of 5 % and of 20 % cover it. Each interval misses the truth once in 20 times by chance, so a
 * promise is broken only if the interval corrected for all promises (Bonferroni) misses it too.
 */
import type { Metric } from "../record/metric.ts";
import { findMetric, MAIN_THREAD } from "../record/metrics.ts";
import type { CalibrationSections } from "../record/calibration-file.ts";
import type { NoiseFloor } from "../record/noise-floor.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { changeOf, ratioFinding } from "./changes/comparisons.ts";
import { type Estimate, CONFIDENCE } from "./estimate.ts";
import { groupRounds, pairRounds, scalarSeries, type Series } from "./series.ts";
import { interval, mean, type Contrast, studentQuantile } from "./statistics/student.ts";
import { MIN_ROUNDS } from "./verdict.ts";

const CPU = findMetric("cpuUsPerRequest")!;

/** Shares of the baseline's CPU per request that are burnt on purpose. */
export const BURNS: readonly number[] = [0.05, 0.2];
export const TWINS = ["none", "always_on"] as const;
export const BARE = "always_on (bare)";
export const twinOf = (variant: string): string => `${variant} (twin)`;
export const burningOf = (share: number): string => `none (burning ${100 * share} %)`;

/**
 * `held`: the 95 % interval covers the truth. `doubtful`: only the one corrected for all promises does. `broken`: neither
 * does. `unsettled`: there is no interval, because there are fewer than four rounds.
 */
export type Outcome = "held" | "doubtful" | "broken" | "unsettled";

/** A measured ratio, and the true one. */
export interface Checked {
  /** The variant, or the share that was to be burnt. */
  readonly what: string | number;
  readonly ratio: Estimate;
  readonly truth: number;
  readonly outcome: Outcome;
}

export interface CalibrationFindings {
  readonly twins: readonly Checked[];
  /** The same of their main threads. */
  readonly mainThreads: readonly Checked[];
  readonly burns: readonly Checked[];
  /** `always_on` with the ledger's wrappers over the bare SDK. */
  readonly wrappers: Estimate | undefined;
  readonly noiseFloor: NoiseFloor | undefined;
  /** The worst of the promises; `unsettled` also if one was not reached. */
  readonly outcome: Outcome;
}

export function calibrationFindings({ sideBySide, knownTruth }: CalibrationSections): CalibrationFindings {
  const isMainThreadKnown = seriesIn(sideBySide, TWINS[0], MAIN_THREAD) !== undefined;
  const promises = (isMainThreadKnown ? 2 : 1) * TWINS.length + BURNS.length;
  const twinsBy = (metric: Metric): Checked[] =>
    TWINS.flatMap((variant) => {
      const ratio = ratioIn(sideBySide, twinOf(variant), variant, metric);
      return ratio === undefined ? [] : [checked(variant, ratio, 0, promises)];
    });
  const [twins, mainThreads] = [twinsBy(CPU), twinsBy(MAIN_THREAD)];
  const burns = BURNS.flatMap((share) => burnCheck(knownTruth, share, promises) ?? []);
  const outcomes = [...twins, ...mainThreads, ...burns].map(({ outcome }) => outcome);
  return {
    twins,
    mainThreads,
    burns,
    wrappers: ratioIn(knownTruth, "always_on", BARE)?.estimate,
    noiseFloor: sideBySide && noiseFloorOf(sideBySide, twins),
    outcome: worstOf(outcomes.length < promises ? [...outcomes, "unsettled"] : outcomes),
  };
}

/** CPU per request of a variant in a section, µs: the geometric mean over rounds. Undefined if nothing usable was measured. */
export function meanCpuUs(section: Results | undefined, variant: string): number | undefined {
  return seriesIn(section, variant)?.absolute.center;
}

interface Ratio {
  readonly contrast: Contrast;
  readonly estimate: Estimate;
}

/** CPU per request, or another metric, of the candidate over the base, paired by round; without an interval, if the rounds are too few for a verdict. Undefined if they have no round in common. */
function ratioIn(section: Results | undefined, candidate: string, base: string, metric = CPU): Ratio | undefined {
  const [over, under] = [candidate, base].map((variant) => seriesIn(section, variant, metric));
  if (over === undefined || under === undefined) return undefined;
  const contrast = changeOf(over, under, "log");
  const estimate = ratioFinding(over, under, CERTAINTY)?.estimate;
  if (contrast === undefined || estimate === undefined) return undefined;
  const { low: _low, high: _high, ...center } = estimate;
  return { contrast, estimate: contrast.n < MIN_ROUNDS ? center : estimate };
}

const CERTAINTY = { confidence: CONFIDENCE, divisor: 1 };

function seriesIn(
  section: Results | undefined,
  variant: string,
  metric = CPU,
  of = metric.of as (record: TrialRecord) => number | undefined,
): Series | undefined {
  const group = groupRounds(section?.records ?? []).find((one) => one.phase === "cost" && one.variant === variant);
  return group && scalarSeries(group, metric, of, CERTAINTY);
}

function checked(what: string | number, { contrast, estimate }: Ratio, logTruth: number, promises: number): Checked {
  const covers = (error: number): boolean | undefined => {
    const bounds = contrast.n < MIN_ROUNDS ? undefined : interval(contrast, 1 - error);
    return bounds && bounds.low <= logTruth && logTruth <= bounds.high;
  };
  const [alone, corrected] = [covers(1 - CONFIDENCE), covers((1 - CONFIDENCE) / promises)];
  const outcome = alone === undefined ? "unsettled" : alone ? "held" : corrected ? "doubtful" : "broken";
  return { what, ratio: estimate, truth: Math.exp(logTruth), outcome };
}

/** Truth: the mean over rounds of log(1 + burnt / baseline), because the estimate is a mean of logarithms. */
function burnCheck(section: Results | undefined, share: number, promises: number): Checked | undefined {
  const ratio = ratioIn(section, burningOf(share), "none");
  const burnt = seriesIn(section, burningOf(share), CPU, ({ resources }) => resources?.burntUsPerRequest);
  const base = seriesIn(section, "none");
  if (ratio === undefined || burnt === undefined || base === undefined) return undefined;
  const logs = pairRounds(burnt.values, base.values).map(({ value, baseline }) => Math.log1p(value / baseline));
  return logs.length === 0 ? undefined : checked(share, ratio, mean(logs), promises);
}

/** The wider of the twins' intervals; undefined without them. */
function noiseFloorOf({ environment, scenario }: Results, twins: readonly Checked[]): NoiseFloor | undefined {
  const widths = twins.flatMap(({ ratio: { low, high } }) =>
    low === undefined || high === undefined ? [] : [(high - low) / 2],
  );
  const rounds = Math.min(...twins.map(({ ratio }) => ratio.n));
  if (widths.length < TWINS.length) return undefined;
  const { cpu, node, startedAt } = environment;
  return {
    cpuRatioHalfWidth: Math.max(...widths),
    rounds,
    target: scenario.target.text,
    calibratedAt: startedAt,
    cpu: { model: cpu.model, cores: cpu.cores },
    node,
  };
}

function worstOf(outcomes: readonly Outcome[]): Outcome {
  const order: readonly Outcome[] = ["broken", "unsettled", "doubtful"];
  return order.find((outcome) => outcomes.includes(outcome)) ?? "held";
}

/**
 * The half-width, as a share of CPU per request, that two equal services show over so many rounds of this target;
 * undefined if the noise floor is that of another target, or the rounds are too few for a verdict.
 */
export function floorFor(floor: NoiseFloor, target: string, rounds: number): number | undefined {
  if (floor.target !== target || rounds < MIN_ROUNDS) return undefined;
  const perRound = (n: number): number => studentQuantile((1 + CONFIDENCE) / 2, n - 1) / Math.sqrt(n);
  return (floor.cpuRatioHalfWidth / perRound(floor.rounds)) * perRound(rounds);
}
