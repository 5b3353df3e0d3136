import type { FidelityMetric } from "../../fidelity/metrics.ts";
import type { KeptOf } from "../../record/fidelity.ts";
import { binomialInterval } from "../statistics/proportion.ts";
import { interval, mean, oneSample, type Bounds } from "../statistics/student.ts";
import { usefulBounds } from "../useful-bounds.ts";
import { CONFIDENCE, type OverRounds } from "./over-rounds.ts";

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
    const sum = (of: keyof KeptOf): number => shares.reduce((total, share) => total + share[of], 0);
    return shareOverTraffic(sum("kept") / sum("offered"), sum("offered") / shares.length);
  }
  const numbers = values.filter((value) => typeof value === "number");
  const center = mean(numbers);
  const bounds = usefulBounds(oneFurther(numbers, range), numbers.length, range);
  return { center, ...bounds, method: "range of one further draw of trace ids, student-t" };
}

/** A share with the binomial interval of so many independent traces; a fraction of one is allowed. */
export function shareOverTraffic(center: number, traces: number): OverRounds {
  const isKnown = Number.isFinite(traces) && traces > 0;
  const bounds = isKnown ? binomialInterval(Math.min(1, center) * traces, traces, CONFIDENCE) : undefined;
  return { center, ...bounds, method: "exact binomial over the traces of the recording" };
}

function oneFurther(values: readonly number[], [least, most]: readonly [number, number]): Bounds | undefined {
  const { standardError, ...sample } = oneSample(values);
  const bounds = interval({ ...sample, standardError: standardError * Math.sqrt(values.length + 1) }, CONFIDENCE);
  return bounds && { low: Math.max(least, bounds.low), high: Math.min(most, bounds.high) };
}
