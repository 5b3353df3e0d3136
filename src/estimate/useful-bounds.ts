import type { Bounds } from "./statistics/student.ts";
import { MIN_ROUNDS } from "./verdict.ts";

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
