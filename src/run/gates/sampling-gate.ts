import type { Warning } from "../../record/trial-record.ts";
import type { Readings } from "../measure/readings.ts";

/** 99.9 % two-sided, standard normal. */
const Z = 3.29;

/**
 * Whether the share of sampled local roots fits the asked probability: the normal approximation of the
 * binomial, with continuity correction (Fleiss, Statistical Methods for Rates and Proportions, §1.4).
 */
export function samplingGate({ variant, roots }: Readings): Warning | undefined {
  if (roots === undefined || roots.started === 0) return undefined;
  const { kind, config } = variant.sampler;
  const asked = kind.probability?.(config);
  if (asked === undefined) return undefined;
  const expected = asked * roots.started;
  const allowed = Z * Math.sqrt(expected * (1 - asked)) + 0.5;
  if (Math.abs(roots.sampled - expected) <= allowed) return undefined;
  return {
    code: "sampling-ratio",
    message: `${roots.sampled} of ${roots.started} local roots were sampled; a share of ${asked} allows ${expected.toFixed(0)} ± ${allowed.toFixed(0)}`,
    fix: "look at the sampler: trace ids may not be random, or decisions may come from elsewhere",
  };
}
