import { isUpperBound } from "../fidelity/warnings.ts";
import type { Estimate } from "../estimate.ts";

interface Bounds {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A figure with its interval; without one it rests on too few rounds. */
export type Figure = Pick<Estimate, "center" | "n"> &
  Bounds &
  Partial<Pick<Estimate, "warnings" | "verdict" | "noneOf">>;

/** The figure and its interval, each value changed by the same increasing function. */
export function mapFigure(figure: Figure, change: (value: number) => number): Figure {
  const { low, high } = figure;
  const bounds = low !== undefined && high !== undefined && { low: change(low), high: change(high) };
  return { ...figure, center: change(figure.center), ...bounds };
}

/** The figure with its sign turned. */
export function negated({ low, high, ...figure }: Figure): Figure {
  const bounds = low !== undefined && high !== undefined && { low: -high, high: -low };
  return { ...figure, center: -figure.center, ...bounds };
}

/** A share of a share. The product of the ends is no narrower than the interval of the product. */
export function multiplyShares(one: Figure, other: Figure): Figure {
  if (other.center === 1 && !isUpperBound(other)) return one;
  const ends = [one.low, one.high, other.low, other.high];
  const [low, high] = ends.every((end) => end !== undefined)
    ? [one.low! * other.low!, one.high! * other.high!]
    : [undefined, undefined];
  const warnings = [...(one.warnings ?? []), ...(other.warnings ?? [])];
  const noneOf = one.noneOf ?? other.noneOf;
  const product = { center: one.center * other.center, low, high, n: Math.min(one.n, other.n), warnings };
  return { ...product, ...(noneOf !== undefined && { noneOf }) };
}
