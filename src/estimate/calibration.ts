/**
 * What a calibration proves, or fails to. Pure: its sections in, findings out.
 *
 * Four things are promised: twins of `none` and of `always_on` do not differ, and the interval of a known cost of 5 %
 * and of 20 % covers it. Each interval misses the truth once in 20 times by itself, so a promise is broken only where
 * the interval corrected for all four (Bonferroni) misses it too.
 */
import type { CalibrationSections } from "../record/calibration-file.ts";
import type { NoiseFloor } from "../record/noise-floor.ts";
import type { Results } from "../record/results.ts";
import type { Estimate } from "./estimate.ts";
import {
  CONFIDENCE,
  cpuUsPerRequest,
  differenceOf,
  ratioIn,
  requestsPerSecond,
  roundsOf,
  timesAsWide,
  told,
  valuesOf,
  type Ratio,
} from "./calibration-ratios.ts";
import { pairRounds } from "./rounds.ts";
import { interval, mean, oneSample, type Contrast } from "./statistics/student.ts";
import { MIN_ROUNDS } from "./verdict.ts";

/** Shares of the baseline's CPU per request that are burnt on purpose, and whether their recovery is promised. */
export const BURNS: readonly { readonly share: number; readonly promised: boolean }[] = [
  { share: 0.01, promised: false },
  { share: 0.05, promised: true },
  { share: 0.2, promised: true },
];
export const TWINS = ["none", "always_on"] as const;
export const BARE = "always_on (bare)";
export const twinOf = (variant: string): string => `${variant} (twin)`;
export const burningOf = (share: number): string => `none (burning ${100 * share} %)`;

const PROMISES = TWINS.length + BURNS.filter(({ promised }) => promised).length;

/**
 * `held`: the 95 % interval covers the truth. `doubtful`: it does not, but the one corrected for all promises does.
 * `broken`: neither does. `unsettled`: there is no interval.
 */
export type Outcome = "held" | "doubtful" | "broken" | "unsettled";

/** A measured ratio, and the true one. */
export interface Checked {
  readonly ratio: Estimate;
  readonly truth: number;
  readonly outcome: Outcome;
}

interface TwinFinding {
  readonly variant: string;
  readonly sideBySide: Checked | undefined;
  readonly inSequence: Estimate | undefined;
  /** What such benchmarks usually tell. */
  readonly throughputInSequence: Estimate | undefined;
}

export interface TruthFinding extends Checked {
  /** The share asked for; `truth` is 1 + the share that was burnt. */
  readonly asked: number;
  readonly promised: boolean;
}

export interface CalibrationFindings {
  readonly twins: readonly TwinFinding[];
  /** Intervals in sequence over those side by side. */
  readonly timesAsWide: Estimate | undefined;
  readonly truths: readonly TruthFinding[];
  /** `always_on` with the ledger's wrappers over the bare SDK. */
  readonly wrappers: Estimate | undefined;
  /** `always_on` over `none`, and the first of these over the second. */
  readonly solo:
    | { readonly sideBySide: Estimate; readonly alone: Estimate; readonly quotient: Estimate | undefined }
    | undefined;
  /** CPU by the kernel's accounting over CPU by the process's own getrusage. */
  readonly instruments: Estimate | undefined;
  readonly noiseFloor: NoiseFloor | undefined;
  /** The worst of the promises; `unsettled` also where one was not reached. */
  readonly outcome: Outcome;
}

export function calibrationFindings(sections: CalibrationSections): CalibrationFindings {
  const { sideBySide, inSequence, knownTruth, solo } = sections;
  const pairs = TWINS.map((variant) => ({
    variant,
    near: ratioIn(sideBySide, twinOf(variant), variant),
    far: ratioIn(inSequence, twinOf(variant), variant),
    throughput: ratioIn(inSequence, twinOf(variant), variant, requestsPerSecond),
  }));
  const twins = pairs.map(({ variant, near, far, throughput }) => ({
    variant,
    sideBySide: near && checked(near, 0),
    inSequence: far?.estimate,
    throughputInSequence: throughput?.estimate,
  }));
  const truths = BURNS.flatMap((burn) => truthOf(knownTruth, burn) ?? []);
  const promised = [
    ...twins.map((twin) => twin.sideBySide?.outcome),
    ...BURNS.filter((burn) => burn.promised).map(({ share }) => truths.find(({ asked }) => asked === share)?.outcome),
  ];
  const contrasts = (design: "near" | "far"): Contrast[] => pairs.flatMap((pair) => pair[design]?.contrast ?? []);
  return {
    twins,
    timesAsWide: timesAsWide("capacity", contrasts("far"), contrasts("near")),
    truths,
    wrappers: ratioIn(knownTruth, "always_on", BARE)?.estimate,
    solo: soloOf(ratioIn(sideBySide, "always_on", "none"), ratioIn(solo, "always_on", "none")),
    instruments: instrumentsOf(sideBySide),
    noiseFloor: sideBySide && floorOf(sideBySide, twins),
    outcome: worstOf(promised),
  };
}

function checked({ contrast, estimate }: Ratio, logTruth: number): Checked {
  const covers = (error: number): boolean | undefined => {
    const bounds = interval(contrast, 1 - error);
    return bounds && bounds.low <= logTruth && logTruth <= bounds.high;
  };
  const [alone, corrected] = [covers(1 - CONFIDENCE), covers((1 - CONFIDENCE) / PROMISES)];
  const outcome = alone === undefined ? "unsettled" : alone ? "held" : corrected ? "doubtful" : "broken";
  return { ratio: estimate, truth: Math.exp(logTruth), outcome };
}

/** Truth: the mean over rounds of log(1 + burnt / baseline), as the estimator takes its mean of logarithms. */
function truthOf(section: Results | undefined, { share, promised }: (typeof BURNS)[number]): TruthFinding | undefined {
  const ratio = ratioIn(section, burningOf(share), "none");
  const [burning, base] = [roundsOf(section, burningOf(share)), roundsOf(section, "none")];
  if (ratio === undefined || burning === undefined || base === undefined) return undefined;
  const burnt = valuesOf(burning, ({ resources }) => resources?.burntUsPerRequest);
  const shares = pairRounds(burnt, valuesOf(base, cpuUsPerRequest)).map(({ value, baseline }) => value / baseline);
  if (shares.length === 0) return undefined;
  return { asked: share, promised, ...checked(ratio, mean(shares.map((one) => Math.log1p(one)))) };
}

function soloOf(together: Ratio | undefined, alone: Ratio | undefined): CalibrationFindings["solo"] {
  if (together === undefined || alone === undefined) return undefined;
  const about = { phase: "cost", variant: "always_on", metric: "sideBySideOverSolo", against: "none" } as const;
  const quotient = told(about, differenceOf(together.contrast, alone.contrast));
  return { sideBySide: together.estimate, alone: alone.estimate, quotient };
}

/** A value a round: the mean over its trials. Undefined where the kernel tells nothing, and both are one instrument. */
function instrumentsOf(section: Results | undefined): Estimate | undefined {
  const measured = (section?.records ?? []).flatMap(({ trial, resources }) =>
    resources === undefined ? [] : [{ trial, log: Math.log(resources.cpuUs / resources.cpuUsSelfReported) }],
  );
  const rounds = [...Map.groupBy(measured, ({ trial }) => trial.round).values()];
  const logs = rounds.map((round) => mean(round.map(({ log }) => log)));
  if (logs.every((log) => log === 0)) return undefined;
  const about = { phase: "cost", variant: "all", metric: "cpuUs", against: "cpuUsSelfReported" } as const;
  return told(about, oneSample(logs));
}

/** The wider of the twins' intervals. A floor that rests on less than a verdict needs is none. */
function floorOf({ environment, scenario }: Results, twins: readonly TwinFinding[]): NoiseFloor | undefined {
  const ratios = twins.flatMap(({ sideBySide }) => sideBySide?.ratio ?? []);
  const widths = ratios.flatMap(({ low, high }) => (low === undefined || high === undefined ? [] : (high - low) / 2));
  const rounds = Math.min(...ratios.map(({ n }) => n));
  if (widths.length < TWINS.length || rounds < MIN_ROUNDS) return undefined;
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

function worstOf(outcomes: readonly (Outcome | undefined)[]): Outcome {
  const order: readonly Outcome[] = ["broken", "unsettled", "doubtful"];
  return order.find((outcome) => outcomes.some((one) => (one ?? "unsettled") === outcome)) ?? "held";
}
