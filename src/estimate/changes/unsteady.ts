import { MAIN_THREAD } from "../../record/metrics.ts";
import type { Warning } from "../../record/trial-record.ts";
import { COST_PHASES } from "../../spec/phases.ts";
import type { Series } from "../series.ts";
import { interval, oneSample } from "../statistics/student.ts";
import { MIN_ROUNDS } from "../verdict.ts";

/** A relative change of cost within the windows that is no noise. */
const LEAST_CHANGE = 0.05;
const CONFIDENCE = 0.95;
/** A window that opens while the cost still falls by so much shows up to so many times as much too high a figure. */
const MOST_BIAS = 2;

const CPU_METRICS: readonly string[] = ["cpuUsPerRequest", MAIN_THREAD.name];
export const UNSTEADY = "unsteady";

/** Whether a verdict was withheld that the interval might bear. */
export function isUnsteady({ verdict, warnings = [] }: Judged): boolean {
  return verdict === "inconclusive" && warnings.some(({ code }) => code === UNSTEADY);
}

interface Judged {
  readonly verdict?: string | undefined;
  readonly warnings?: readonly Pick<Warning, "code">[] | undefined;
}

export interface Unsteady {
  readonly warning: Warning;
  /** The change could be all of the difference between the two. */
  readonly explains: boolean;
}

/**
 * One variant became cheaper or dearer within its windows and the other did not, in round after round: most often V8 still
 * compiled what it does seldom, as for the few traces that a small ratio keeps. The figure is then one of no steady state.
 * `logRatio`: the difference that is claimed.
 */
export function unsteady(series: Series, baseline: Series, logRatio: number): Unsteady | undefined {
  const isCost = COST_PHASES.some((phase) => phase === series.group.phase);
  if (!CPU_METRICS.includes(series.metric.name) || !isCost) return undefined;
  const drifts = [...series.group.records].flatMap(([round, { resources }]) => {
    const [own, other] = [resources?.cpuDrift, baseline.group.records.get(round)?.resources?.cpuDrift];
    return own && other ? [Math.log(own / other)] : [];
  });
  if (drifts.length < MIN_ROUNDS) return undefined;
  const contrast = oneSample(drifts);
  const around = interval(contrast, CONFIDENCE);
  const change = Math.expm1(contrast.mean);
  if (around === undefined || around.low * around.high <= 0 || Math.abs(change) < LEAST_CHANGE) return undefined;
  const isOfMain = [...series.group.records.values()].some(({ resources }) => resources?.mainThreadUsPerRequest);
  const percent = `${Math.abs(100 * change).toFixed(0)} %`;
  const warning = {
    code: UNSTEADY,
    message: `CPU ${isOfMain ? "of the main thread " : ""}per request of ${series.group.variant} ${change < 0 ? "fell" : "rose"} by ${percent} within the windows, against ${baseline.group.variant}: one of the two was in no steady state`,
    fix: "lengthen --warmup, such as --warmup 25s",
  };
  return { warning, explains: Math.abs(logRatio) <= MOST_BIAS * Math.abs(contrast.mean) };
}
