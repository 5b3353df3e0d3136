import { interval, mean, oneSample } from "../statistics/student.ts";
import type { FidelityMetric } from "./fidelity-metrics.ts";

export const CONFIDENCE = 0.95;

export interface OverRounds {
  readonly center: number;
  readonly low?: number;
  readonly high?: number;
}

/** The mean of one value a round (or repetition) with Student's t interval, kept where the metric can be; none from one value. */
export function overRounds({ bounded }: Pick<FidelityMetric, "bounded">, values: readonly number[]): OverRounds {
  const bounds = interval(oneSample(values), CONFIDENCE);
  const clipped = (value: number): number => (bounded ? Math.min(1, Math.max(0, value)) : value);
  return { center: mean(values), ...(bounds && { low: clipped(bounds.low), high: clipped(bounds.high) }) };
}
