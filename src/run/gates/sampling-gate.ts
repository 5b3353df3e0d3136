import { keptShareOf } from "../../spec/workload.ts";
import type { Gates } from "../measure/readings.ts";

/** 99.9 % two-sided, standard normal. */
const Z = 3.29;

export const SAMPLING_GATE: Gates = {
  /** Whether the share of sampled local roots fits the asked probability. */
  "sampling-ratio"({ variant, roots, setting, target }) {
    if (roots === undefined || roots.started === 0) return undefined;
    const asked = keptShareOf(setting.scenario, variant.sampler);
    if (asked === undefined) return undefined;
    const expected = asked * roots.started;
    // a request that probes the service has no caller
    const allowed = allowedDifference(asked, roots.started) + (target?.probes ?? 0);
    if (Math.abs(roots.sampled - expected) <= allowed) return undefined;
    return {
      message: `${roots.sampled} of ${roots.started} local roots were sampled; a share of ${asked} allows ${expected.toFixed(0)} ± ${allowed.toFixed(0)}`,
      fix: "look at the sampler: trace ids may not be random, or decisions may come from elsewhere",
    };
  },
};

/**
 * How far a count may be from `share * trials`: the normal approximation of the binomial, with continuity correction
 * (Fleiss, Statistical Methods for Rates and Proportions, §1.4).
 */
export function allowedDifference(share: number, trials: number): number {
  return Z * Math.sqrt(share * trials * (1 - share)) + 0.5;
}
