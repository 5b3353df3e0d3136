import type { Warning } from "../../record/trial-record.ts";
import type { Readings } from "../measure/readings.ts";

/** 99.9 % two-sided, standard normal. */
const Z = 3.29;

/**
 * How far a count may be from `share * trials`: the normal approximation of the binomial, with continuity correction
 * (Fleiss, Statistical Methods for Rates and Proportions, §1.4).
 */
export function allowedDifference(share: number, trials: number): number {
  return Z * Math.sqrt(share * trials * (1 - share)) + 0.5;
}

/** Whether the share of sampled local roots fits the asked probability. */
export function samplingGate({ variant, roots }: Readings): Warning | undefined {
  if (roots === undefined || roots.started === 0) return undefined;
  const { kind, config } = variant.sampler;
  const asked = kind.probability?.(config);
  if (asked === undefined) return undefined;
  const expected = asked * roots.started;
  const allowed = allowedDifference(asked, roots.started);
  if (Math.abs(roots.sampled - expected) <= allowed) return undefined;
  return {
    code: "sampling-ratio",
    message: `${roots.sampled} of ${roots.started} local roots were sampled; a share of ${asked} allows ${expected.toFixed(0)} ± ${allowed.toFixed(0)}`,
    fix: "look at the sampler: trace ids may not be random, or decisions may come from elsewhere",
  };
}
