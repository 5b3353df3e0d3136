/**
 * Measuring until it is precise enough, without fooling oneself: rounds are added until every asked comparison has
 * the half-width that was wanted, with at most three looks at the data, at numbers of rounds fixed beforehand.
 *
 * Each look computes its intervals at α / looks (Bonferroni, over the looks that were planned, however many took
 * place). So the chance that any of them misses the truth is at most α, and therefore also that the one reported
 * does, whatever made measuring stop. Group-sequential bounds (Pocock 1977, O'Brien and Fleming 1979) would ask for a
 * little less, but they hold for known variances and stopping on significance; this stops on a width estimated from
 * as few as four rounds.
 */
import type { TrialRecord } from "../record/trial-record.ts";
import type { Estimate } from "./estimate.ts";
import { estimateAll, referenceOf, type EstimateOptions } from "./estimate-all.ts";
import { MIN_ROUNDS } from "./verdict.ts";

/** What of a scenario the looks are planned from. */
export interface PrecisionWish {
  readonly rounds: number;
  readonly maxRounds: number;
  /** Half-width wanted, as a share of the ratio: 0.01 for ±1 %. Undefined: no wish, one look. */
  readonly precision?: number | undefined;
}

/** One asked comparison, and how precisely it is known: `halfWidth` 0.01 is ±1 %; infinite while there is no interval. */
interface Sharpness extends Pick<Estimate, "phase" | "variant" | "metric" | "against" | "n"> {
  readonly halfWidth: number;
}

/** What a look decided. `rounds`: measure up to this one; then look again. `message` is for the reader of the report. */
export type Look = { readonly asked: readonly Sharpness[]; readonly message: string } & (
  | { readonly decision: "continue"; readonly rounds: number }
  | { readonly decision: "reached" | "max-rounds" }
);

/** After how many rounds the data is looked at: the first at 4 or more, the last at `maxRounds`, at most three. Ascending. */
export function plannedLooks({ rounds, maxRounds, precision }: PrecisionWish): number[] {
  if (precision === undefined) return [rounds];
  const last = Math.max(rounds, maxRounds);
  const first = Math.min(last, Math.max(MIN_ROUNDS, rounds));
  return [...new Set([first, Math.round(Math.sqrt(first * last)), last])];
}

/** Decides, from all records so far, whether to go on. Between planned looks it does not judge, and asks to go on. */
export function takeLook(records: readonly TrialRecord[], wish: PrecisionWish, options: EstimateOptions = {}): Look {
  const looks = plannedLooks(wish);
  const done = records.reduce((most, { trial }) => Math.max(most, trial.round), 0);
  const next = looks.find((look) => look > done);
  if (next !== undefined && !looks.includes(done)) {
    return { decision: "continue", rounds: next, asked: [], message: `the next look is after ${next} rounds` };
  }
  const target = wish.precision ?? Infinity;
  const asked = sharpnessOf(records, { ...options, looks: looks.length });
  const widest = asked.reduce((worst, { halfWidth }) => Math.max(worst, halfWidth), 0);
  if (asked.length > 0 && widest <= target) {
    return {
      decision: "reached",
      asked,
      message: `${told(target)} reached after ${done} rounds (widest ${told(widest)})`,
    };
  }
  if (next !== undefined) {
    const message = `${told(widest)} after ${done} rounds, ${told(target)} wanted: measuring on to ${next} rounds`;
    return { decision: "continue", rounds: next, asked, message };
  }
  const message = `stopped at ${done} rounds with ${told(widest)}, before ${told(target)} was reached`;
  return { decision: "max-rounds", asked, message };
}

const told = (halfWidth: number): string =>
  Number.isFinite(halfWidth) ? `±${Number((halfWidth * 100).toPrecision(2))} %` : "no interval";

/** The comparisons that were asked for: CPU in the cost phase; where that was not measured, p99 and throughput. */
function sharpnessOf(records: readonly TrialRecord[], options: EstimateOptions): Sharpness[] {
  const measured = new Set(records.map(({ trial }) => trial.phase));
  const asked = measured.has("cost")
    ? [{ phase: "cost", metric: "cpuUsPerRequest" } as const]
    : [
        { phase: "latency", metric: "responseTimeP99Ms" } as const,
        { phase: "capacity", metric: "requestsPerSecond" } as const,
      ].filter(({ phase }) => measured.has(phase));
  const judged = records.filter(({ trial }) => asked.some(({ phase }) => phase === trial.phase));
  const ratios = estimateAll(judged, options).filter(({ unit }) => unit === "ratio");
  const variants = [...new Set(records.map(({ trial }) => trial.variant))];
  const [baseline = "none"] = options.references ?? [];
  return asked.flatMap(({ phase, metric }) =>
    variants.flatMap((variant): Sharpness[] => {
      const against = referenceOf(variant, baseline, options.variants ?? []);
      if (against === undefined || against === variant) return [];
      const own = ratios.filter((one) => one.phase === phase && one.metric === metric && one.variant === variant);
      if (own.length === 0) return [{ phase, variant, metric, against, n: 0, halfWidth: Infinity }];
      return own.map(({ against, n, low, high }) => {
        const halfWidth = low === undefined || high === undefined ? Infinity : Math.sqrt(high / low) - 1;
        return { phase, variant, metric, against, n, halfWidth };
      });
    }),
  );
}
