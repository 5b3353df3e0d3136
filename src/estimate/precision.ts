/**
 * Measuring until it is precise enough: rounds are added until every asked comparison has the half-width that was wanted,
 * with at most three looks at the data, at numbers of rounds fixed beforehand.
 *
 * Each look computes its intervals at α / looks (Bonferroni, over the looks that were planned, however many took place).
 * So the chance that the reported one misses the truth is at most α, whatever made measuring stop. Group-sequential
 * bounds (Pocock 1977, O'Brien and Fleming 1979) would ask for a little less, but they hold for known variances and
 * stopping on significance; this stops on a width estimated from as few as four rounds.
 */
import type { Phase } from "../spec/phases.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { attemptNoting, plannedLooks, type PrecisionWish } from "./estimate.ts";
import { BASELINE, REFERENCE, referenceOf, type Variant } from "../plan/variant.ts";
import { runEstimates } from "./estimates.ts";

/** What a look decided. `rounds`: measure up to this one, then look again. */
export type Look = { readonly message: string; readonly halfWidth: number } & (
  | { readonly decision: "continue"; readonly rounds: number }
  | { readonly decision: "reached" | "max-rounds" }
);

/** Decides, from all records so far, whether to go on. Between planned looks it asks to go on. */
export function takeLook(records: readonly TrialRecord[], wish: PrecisionWish, variants: readonly Variant[]): Look {
  const looks = plannedLooks(wish);
  const done = records.reduce((most, { trial }) => Math.max(most, trial.round), 0);
  const next = looks.find((look) => look > done);
  if (next !== undefined && !looks.includes(done)) {
    return {
      decision: "continue",
      rounds: next,
      halfWidth: Infinity,
      message: `the next look is after ${next} rounds`,
    };
  }
  const wanted = wish.precision ?? Infinity;
  const halfWidth = widest(records, variants, looks.length);
  if (halfWidth <= wanted) {
    const message = `${text(wanted)} reached after ${done} rounds (widest ${text(halfWidth)})`;
    return { decision: "reached", halfWidth, message };
  }
  if (next !== undefined) {
    const message = `${text(halfWidth)} after ${done} rounds, ${text(wanted)} wanted: measuring on to ${next} rounds`;
    return { decision: "continue", rounds: next, halfWidth, message };
  }
  const message = `stopped at ${done} rounds with ${text(halfWidth)}, before ${text(wanted)} was reached`;
  return { decision: "max-rounds", halfWidth, message };
}

function text(halfWidth: number): string {
  return Number.isFinite(halfWidth) ? `±${Number((halfWidth * 100).toPrecision(2))} %` : "no interval";
}

/** The asked comparisons: CPU in the cost phase; if that was not measured, p99 and throughput. */
const IN_COST = [["cost", "cpuUsPerRequest"]] as const;
const ALONE = [
  ["latency", "responseTimeP99Ms"],
  ["capacity", "requestsPerSecond"],
] as const;

/** The widest half-width of the asked comparisons, 0.01 for ±1 %; infinite if one has no interval yet. */
function widest(records: readonly TrialRecord[], planned: readonly Variant[], divisor: number): number {
  const measured = new Set<Phase>(records.map(({ trial }) => trial.phase));
  const asked = (measured.has("cost") ? IN_COST : ALONE).filter(([phase]) => measured.has(phase));
  const used = records.filter(({ trial }) => asked.some(([phase]) => phase === trial.phase));
  const ratios = runEstimates(used, planned, attemptNoting([]), divisor).filter(({ unit }) => unit === "ratio");
  const variants = [...new Set(records.map(({ trial }) => trial.variant))];
  const widths = asked.flatMap(([phase, metric]) =>
    variants.flatMap((variant) => {
      const [none, reference] = [BASELINE, REFERENCE].map((to) => referenceOf(variant, to, planned));
      if (none === undefined || none === variant) return [];
      const own = ratios.filter(
        (one) =>
          one.phase === phase &&
          one.metric === metric &&
          one.variant === variant &&
          (one.against === none || one.against === reference),
      );
      if (own.length === 0) return [Infinity];
      return own.map(({ low, high }) =>
        low === undefined || high === undefined ? Infinity : Math.sqrt(high / low) - 1,
      );
    }),
  );
  return widths.length === 0 ? Infinity : Math.max(...widths);
}
