import { baselineOf } from "../plan/plan.ts";
import { DEFAULT_THRESHOLDS } from "../record/metric.ts";
import { measuredCommit, type Results } from "../record/results.ts";
import { compareResults } from "./compare.ts";
import type { Estimate } from "./estimate.ts";
import { estimatesOf } from "./estimates.ts";

/** One run in a history. */
export interface HistoryPoint {
  readonly commit: string;
  readonly dirty: boolean;
  /** ISO date and time. */
  readonly startedAt: string;
  readonly estimate: Estimate;
}

export interface HistorySeries extends Pick<Estimate, "phase" | "variant" | "metric" | "unit"> {
  readonly points: readonly HistoryPoint[];
  /** The newest run against the one before it; absent if they do not both have the figure. */
  readonly lastStep?: Estimate;
}

export interface History {
  readonly series: readonly HistorySeries[];
  readonly unavailable: readonly string[];
}

/** The followed figures: ratios to `none`, which the machine's drift is not in, and the share of spans lost. */
const FOLLOWED: Readonly<Record<string, { readonly unit: string; readonly phases: readonly string[] }>> = {
  cpuUsPerRequest: { unit: "ratio", phases: ["cost", "latency"] },
  responseTimeP99Ms: { unit: "ratio", phases: ["latency"] },
  requestsPerSecond: { unit: "ratio", phases: ["capacity"] },
  spansLostShare: { unit: "share", phases: ["cost", "latency", "capacity"] },
};

/**
 * By what the error of 5 % is divided for the step to the run of this number: 2, 6, 12, ... Each new run is a look, and the
 * parts 1/2 + 1/6 + 1/12 + ... stay below 1 however many runs follow. So of all histories in which nothing changes, at most
 * 5 % ever show a step.
 */
function divisorOf(run: number): number {
  return run * (run - 1);
}

/** The followed figures of several runs in order of time, and their last step. Pure. */
export function historyOf(runs: readonly Results[]): History {
  const ordered = runs.toSorted((a, b) => (a.environment.startedAt < b.environment.startedAt ? -1 : 1));
  const unavailable: string[] = [];
  const points = ordered.flatMap((results) => {
    const { startedAt } = results.environment;
    const { commit, dirty } = measuredCommit(results.environment);
    const baseline = baselineOf(results.plan);
    const { estimates, unavailable: reasons } = estimatesOf(results);
    unavailable.push(...reasons.map((reason) => `${commit.slice(0, 7)}, ${startedAt}: ${reason}`));
    return estimates
      .filter((estimate) => isFollowed(estimate, baseline))
      .map((estimate): HistoryPoint => ({ commit, dirty, startedAt, estimate }));
  });
  const [before, newest] = [ordered.at(-2), ordered.at(-1)];
  const steps =
    before === undefined || newest === undefined
      ? []
      : compareResults(before, newest, DEFAULT_THRESHOLDS, divisorOf(ordered.length)).comparisons;
  const groups = Map.groupBy(points, ({ estimate: { phase, variant, metric } }) =>
    JSON.stringify([phase, variant, metric]),
  );
  const series = [...groups.values()].map((own): HistorySeries => {
    const { phase, variant, metric, unit } = own[0]!.estimate;
    const step = steps.find(
      ({ ratio }) => ratio.phase === phase && ratio.variant === variant && ratio.metric === metric,
    );
    return { phase, variant, metric, unit, points: own, ...(step && { lastStep: step.ratio }) };
  });
  return { series, unavailable };
}

function isFollowed({ phase, metric, unit, against }: Estimate, baseline: string): boolean {
  const followed = FOLLOWED[metric];
  if (followed === undefined || (against !== undefined && against !== baseline)) return false;
  return followed.unit === unit && followed.phases.includes(phase);
}
