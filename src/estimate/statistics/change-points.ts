/**
 * E-divisive (Matteson and James 2014, A Nonparametric Approach for Multiple Change Point Analysis of Multivariate
 * Data), the method MongoDB found useful for performance histories (Daly et al. 2020, The Use of Change Point
 * Detection to Identify Software Performance Regressions in a Continuous Integration System).
 */
import { seededRandom, shuffled, type Random } from "../../base/random.ts";

/** `index` is the first position after the change. */
export interface ChangePoint {
  readonly index: number;
  readonly pValue: number;
}

export interface ChangePointOptions {
  readonly seed: number;
  /** A split is kept where its permutation p-value is at most this. */
  readonly significance?: number;
  /** Shuffles per test; 1 / (permutations + 1) is the smallest p-value there can be. */
  readonly permutations?: number;
  /** Positions on either side of a change, at least. */
  readonly minSegment?: number;
}

/** Splits the series where its distribution changes, the clearest change first, until none is significant. Ascending. */
export function findChangePoints(values: readonly number[], options: ChangePointOptions): ChangePoint[] {
  const { seed, significance = 0.05, permutations = 199, minSegment = 3 } = options;
  const random = seededRandom(seed);
  const found: ChangePoint[] = [];
  const search = (from: number, to: number): void => {
    const segment = values.slice(from, to);
    const best = clearestSplit(segment, minSegment);
    if (best === undefined || best.energy <= 0) return;
    const pValue = permutationP(segment, best.energy, minSegment, permutations, random);
    if (pValue > significance) return;
    found.push({ index: from + best.at, pValue });
    search(from, from + best.at);
    search(from + best.at, to);
  };
  search(0, values.length);
  return found.toSorted((a, b) => a.index - b.index);
}

function permutationP(
  segment: readonly number[],
  energy: number,
  minSegment: number,
  permutations: number,
  random: Random,
): number {
  let atLeast = 1;
  for (let i = 0; i < permutations; i++) {
    if ((clearestSplit(shuffled(segment, random), minSegment)?.energy ?? 0) >= energy) atLeast++;
  }
  return atLeast / (permutations + 1);
}

/**
 * The split with the largest scaled energy distance, mn/(m+n) · (2·E|X−Y| − E|X−X'| − E|Y−Y'|) with exponent 1.
 * Each step moves one value from the right to the left and updates the three sums of distances: O(n²) in all.
 */
function clearestSplit(values: readonly number[], minSegment: number): { at: number; energy: number } | undefined {
  const n = values.length;
  if (n < 2 * minSegment) return undefined;
  let [left, right, across] = [0, 0, 0];
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) right += Math.abs(values[i]! - values[j]!);
  let best: { at: number; energy: number } | undefined;
  for (let at = 1; at <= n - minSegment; at++) {
    const moved = values[at - 1]!;
    let [toLeft, toRight] = [0, 0];
    for (let i = 0; i < at - 1; i++) toLeft += Math.abs(moved - values[i]!);
    for (let i = at; i < n; i++) toRight += Math.abs(moved - values[i]!);
    left += toLeft;
    right -= toRight;
    across += toRight - toLeft;
    if (at < minSegment) continue;
    const [m, k] = [at, n - at];
    const within = (2 * left) / (m * Math.max(1, m - 1)) + (2 * right) / (k * Math.max(1, k - 1));
    const energy = ((m * k) / n) * ((2 * across) / (m * k) - within);
    if (best === undefined || energy > best.energy) best = { at, energy };
  }
  return best;
}
