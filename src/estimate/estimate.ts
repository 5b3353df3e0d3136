import { z } from "zod";
import { phaseSchema } from "../spec/phases.ts";
import { warningSchema, type Warning } from "../record/trial-record.ts";
import { interval, type Bounds, type Contrast } from "./statistics/student.ts";
import { verdictSchema, MIN_ROUNDS } from "./verdict.ts";

/** A number with its interval. `low` and `high` are absent if there are too few rounds for an interval. */
export const estimateSchema = z.object({
  phase: phaseSchema,
  /** Canonical name of the variant. */
  variant: z.string(),
  /** For example `cpuUsPerRequest`, `responseTimeP99Ms`, `requestsPerSecond`, `spansLostShare`. */
  metric: z.string(),
  /** `us/request`, `ms`, `requests/s`, `bytes`, `share`, or `ratio`. */
  unit: z.string(),
  center: z.number(),
  low: z.number().optional(),
  high: z.number().optional(),
  /** Of a share that was counted as 0: of how many none was kept. */
  noneOf: z.number().optional(),
  confidence: z.number(),
  /** Rounds it rests on. */
  n: z.int(),
  /** "student-t on log ratios over rounds", … */
  method: z.string(),
  /** The variant it is compared with; absent for an absolute figure. Unit `ratio`, or an absolute difference. */
  against: z.string().optional(),
  verdict: verdictSchema.optional(),
  warnings: z.array(warningSchema),
});
export type Estimate = z.infer<typeof estimateSchema>;

export const CONFIDENCE = 0.95;

/**
 * How sure intervals are: each is computed at 1 − (1 − confidence) / divisor. With a part of the error for each look at growing
 * data, the reported interval holds its confidence whenever measuring stopped; see precision.ts and history.ts.
 */
export interface Certainty {
  readonly confidence: number;
  readonly divisor: number;
}

/** The two-sided error each interval is computed with. */
export function alphaOf({ confidence, divisor }: Certainty): number {
  return (1 - confidence) / divisor;
}

type About = Pick<Estimate, "phase" | "variant" | "metric" | "unit" | "method" | "against">;

/** The estimate with this center and these bounds, which are left out if they say nothing (`usefulBounds`). */
export function estimateFrom(
  about: About,
  figure: { readonly center: number; readonly bounds: Bounds | undefined; readonly n: number },
  { confidence, divisor }: Certainty,
  warnings: readonly Warning[],
): Estimate {
  return {
    ...about,
    center: figure.center,
    ...usefulBounds(figure.bounds, figure.n),
    confidence,
    n: figure.n,
    method: divisor > 1 ? `${about.method}, at 1/${divisor} of the error` : about.method,
    warnings: figure.n === 1 ? [...warnings, ONE_ROUND] : [...warnings],
  };
}

/** The estimate of a contrast. `back` leaves its scale: the identity, or `Math.exp` for logarithms. */
export function estimateOf(
  about: About,
  contrast: Contrast,
  back: (x: number) => number,
  certainty: Certainty,
  warnings: readonly Warning[],
): Estimate {
  const around = interval(contrast, 1 - alphaOf(certainty));
  const bounds = around && { low: back(around.low), high: back(around.high) };
  return estimateFrom(about, { center: back(contrast.mean), bounds, n: contrast.n }, certainty, warnings);
}

const ONE_ROUND: Warning = {
  code: "one-round",
  message: "one round shows nothing of its own uncertainty, so there is no interval",
  fix: "--rounds 4, or more",
};

const MOST_APART = 2;
/** Two rounds may agree by chance: then the interval is far narrower than the figure is sure. */
const LEAST_ROUNDS = 3;

/**
 * The interval if it is finite and says something, else undefined. Two rounds give none. With fewer than a verdict needs, its
 * ends must be within a factor of two of each other, counted from 0 or from an end of the figure's range.
 */
export function usefulBounds(
  bounds: Bounds | undefined,
  rounds: number,
  ends: readonly number[] = [0],
): Bounds | undefined {
  if (bounds === undefined || !Number.isFinite(bounds.high - bounds.low)) return undefined;
  if (rounds < LEAST_ROUNDS) return undefined;
  if (rounds >= MIN_ROUNDS || bounds.low === bounds.high) return bounds;
  return ends.some((end) => areNear(bounds.low - end, bounds.high - end)) ? bounds : undefined;
}

function areNear(low: number, high: number): boolean {
  const [least, most] = [Math.min(Math.abs(low), Math.abs(high)), Math.max(Math.abs(low), Math.abs(high))];
  return Number.isFinite(most) && low * high > 0 && most <= MOST_APART * least;
}

/** Makes the estimates of `what`. One that throws must not lose others: it gives none, and its reason is kept. */
export type Attempt = <T>(what: string, make: () => readonly T[]) => readonly T[];

/** An attempt that adds `WHAT is not available, because REASON` to `unavailable` for each failure. */
export function attemptNoting(unavailable: string[]): Attempt {
  return (what, make) => {
    try {
      return make();
    } catch (error) {
      unavailable.push(`${what} is not available, because ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  };
}

/** What of a scenario the looks are planned from. */
export interface PrecisionWish {
  readonly rounds: number;
  readonly maxRounds: number;
  /** Half-width wanted, as a share of the ratio: 0.01 for ±1 %. Undefined: no wish, one look. */
  readonly precision?: number | undefined;
}

/** After how many rounds the data is looked at: the first at 4 or more, the last at `maxRounds`, at most three. Ascending. */
export function plannedLooks({ rounds, maxRounds, precision }: PrecisionWish): number[] {
  if (precision === undefined) return [rounds];
  const last = Math.max(rounds, maxRounds);
  const first = Math.min(last, Math.max(MIN_ROUNDS, rounds));
  return [...new Set([first, Math.round(Math.sqrt(first * last)), last])];
}
