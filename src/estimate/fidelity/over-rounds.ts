import { shareInterval, type Count } from "../statistics/proportion.ts";
import { interval, mean, oneSample, type Bounds } from "../statistics/student.ts";
import { tellable } from "../tellable.ts";

export const CONFIDENCE = 0.95;

/** A share that was counted in one round (or repetition), thinned by a factor where all are held to an equal budget. */
export interface Share extends Count {
  /** The probability with which each kept one stays: the share told is `thinning` · kept / offered. 1 unless said otherwise. */
  readonly thinning?: number;
}

export interface OverRounds {
  readonly center: number;
  readonly low?: number;
  readonly high?: number;
  readonly method: string;
}

/** Least and most that a figure can be. */
export type Range = readonly [least: number, most: number];

/** How a metric's values are to be read. */
interface Reading {
  readonly range: Range;
  /** What is told of a share: a function that never falls, such as the chance to see one of ten. Itself, where absent. */
  readonly told?: (share: number) => number;
}

/**
 * One value a round (or repetition) made a figure with its 95 % interval. Counted shares are pooled and have
 * `shareInterval`; other figures their mean and Student's, kept where the metric can be. Too few rounds
 * give no interval (`tellable`).
 *
 * The interval is about the strategy: where its figure would lie in further rounds of the same kind. How many of this
 * run's own requests were kept is a count, and exact.
 */
export function overRounds(reading: Reading, values: readonly (number | Share)[]): OverRounds {
  const shares = values.filter((value) => typeof value !== "number");
  const { center, bounds, method } =
    shares.length > 0 ? shareOverRounds(reading, shares) : meanOverRounds(reading, values as readonly number[]);
  return { center, ...tellable(bounds, values.length, reading.range), method };
}

interface Told extends Pick<OverRounds, "center" | "method"> {
  readonly bounds: Bounds | undefined;
}

function shareOverRounds({ told = (share) => share }: Reading, rounds: readonly Share[]): Told {
  const sum = (of: (round: Share) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  const kept = sum((round) => round.kept);
  const stays = ({ thinning = 1 }: Share): number => thinning;
  const thinning = kept === 0 ? sum(stays) / rounds.length : sum((round) => stays(round) * round.kept) / kept;
  const bounds = shareInterval(rounds, CONFIDENCE);
  return {
    center: told((thinning * kept) / sum((round) => round.offered)),
    bounds: bounds && { low: told(thinning * bounds.low), high: told(thinning * bounds.high) },
    method: "shares counted over all rounds, exact binomial at the effective size (Korn and Graubard)",
  };
}

function meanOverRounds({ range: [least, most] }: Reading, values: readonly number[]): Told {
  const bounds = interval(oneSample(values), CONFIDENCE);
  const clipped = (value: number): number => Math.min(most, Math.max(least, value));
  return {
    center: mean(values),
    bounds: bounds && { low: clipped(bounds.low), high: clipped(bounds.high) },
    method: "mean over rounds, student-t",
  };
}
