import type { FidelityMetric } from "../../fidelity/metrics.ts";
import type { KeptOf } from "../../record/fidelity.ts";
import { shareInterval } from "../statistics/proportion.ts";
import { interval, mean, oneSample } from "../statistics/student.ts";
import { usefulBounds } from "../useful-bounds.ts";
import { MIN_ROUNDS } from "../verdict.ts";

export const CONFIDENCE = 0.95;

export interface OverRounds {
  readonly center: number;
  readonly low?: number;
  readonly high?: number;
  /** Of a share that was counted as 0: of how many. */
  readonly noneOf?: number;
  readonly method: string;
}

/**
 * One value for each round (or repetition) made a figure with its 95 % interval: where the strategy's figure lies in
 * further rounds of the same kind. Counted shares are pooled (`shareInterval`); others have their mean and Student's
 * interval, clipped to the metric's range. Fewer than MIN_ROUNDS give no interval, so that a column has one rule.
 */
export function overRounds({ range }: Pick<FidelityMetric, "range">, values: readonly (number | KeptOf)[]): OverRounds {
  const shares = values.filter((value) => typeof value !== "number");
  const [least, most] = range;
  const isBacked = values.length >= MIN_ROUNDS;
  if (shares.length > 0) {
    const sum = (of: keyof KeptOf): number => shares.reduce((total, share) => total + share[of], 0);
    const [kept, offered] = [sum("kept"), sum("offered")];
    return {
      center: kept / offered,
      ...(kept === 0 && offered > 0 && { noneOf: offered }),
      ...(isBacked && usefulBounds(shareInterval(shares, CONFIDENCE), shares.length, range)),
      method: "shares counted over all rounds, exact binomial at the effective size (Korn and Graubard)",
    };
  }
  const numbers = values.filter((value) => typeof value === "number");
  const bounds = interval(oneSample(numbers), CONFIDENCE);
  const clipped = (value: number): number => Math.min(most, Math.max(least, value));
  return {
    center: mean(numbers),
    ...(isBacked &&
      usefulBounds(bounds && { low: clipped(bounds.low), high: clipped(bounds.high) }, numbers.length, range)),
    method: "mean over rounds, student-t",
  };
}
