import type { FidelityMetric } from "../../fidelity/metrics.ts";
import type { KeptOf } from "../../record/fidelity.ts";
import { shareInterval, binomialInterval } from "../statistics/proportion.ts";
import { interval, mean, oneSample, type Bounds, type Contrast } from "../statistics/student.ts";
import { CONFIDENCE, usefulBounds } from "../estimate.ts";
import { MIN_ROUNDS } from "../verdict.ts";

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
  const isBacked = values.length >= MIN_ROUNDS;
  if (shares.length > 0) {
    const { kept, offered } = summed(shares);
    return {
      center: kept / offered,
      ...(kept === 0 && offered > 0 && { noneOf: offered }),
      ...(isBacked && usefulBounds(shareInterval(shares, CONFIDENCE), shares.length, range)),
      method: "shares counted over all rounds, exact binomial at the effective size (Korn and Graubard)",
    };
  }
  const numbers = values.filter((value) => typeof value === "number");
  const bounds = clippedInterval(oneSample(numbers), range);
  return {
    center: mean(numbers),
    ...(isBacked && usefulBounds(bounds, numbers.length, range)),
    method: "mean over rounds, student-t",
  };
}

function summed(shares: readonly KeptOf[]): KeptOf {
  const sum = (of: keyof KeptOf): number => shares.reduce((total, share) => total + share[of], 0);
  return { kept: sum("kept"), offered: sum("offered") };
}

function clippedInterval(contrast: Contrast, [least, most]: FidelityMetric["range"]): Bounds | undefined {
  const bounds = interval(contrast, CONFIDENCE);
  return bounds && { low: Math.max(least, bounds.low), high: Math.min(most, bounds.high) };
}

/**
 * A figure of a simulation, from its repetitions over one recording, with its 95 % interval. Repetitions draw new trace
 * ids over the same traffic, so more of them do not narrow it. A counted share has the exact binomial interval of the
 * traces that one repetition counts: where the share lies in further traffic of this kind. Another figure has the range
 * in which one further draw of ids lies (Student's prediction interval).
 */
export function overTraffic(
  { range }: Pick<FidelityMetric, "range">,
  values: readonly (number | KeptOf)[],
): OverRounds {
  const shares = values.filter((value) => typeof value !== "number");
  if (shares.length > 0) {
    const { kept, offered } = summed(shares);
    return shareOverTraffic(kept / offered, offered / shares.length);
  }
  const numbers = values.filter((value) => typeof value === "number");
  const { standardError, ...sample } = oneSample(numbers);
  const further = { ...sample, standardError: standardError * Math.sqrt(numbers.length + 1) };
  const bounds = usefulBounds(clippedInterval(further, range), numbers.length, range);
  return { center: sample.mean, ...bounds, method: "range of one further draw of trace ids, student-t" };
}

/** A share with the binomial interval of so many independent traces; a fraction of one is allowed. */
export function shareOverTraffic(center: number, traces: number): OverRounds {
  const isKnown = Number.isFinite(traces) && traces > 0;
  const bounds = isKnown ? binomialInterval(Math.min(1, center) * traces, traces, CONFIDENCE) : undefined;
  return { center, ...bounds, method: "exact binomial over the traces of the recording" };
}
