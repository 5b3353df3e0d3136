import { DEFAULT_THRESHOLDS } from "../record/metric.ts";
import { measuredCommit, type Results } from "../record/results.ts";
import { attemptNoting, type Estimate, plannedLooks, CONFIDENCE } from "./estimate.ts";
import { compareResults } from "./compare.ts";
import { figuresOf } from "./file-figures.ts";

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

/** What a history keeps of a run: of thousands of files the records do not fit into memory. */
export interface FollowedRun {
  readonly points: readonly HistoryPoint[];
  /** Figures that could not be estimated, each with the reason. */
  readonly unavailable: readonly string[];
}

/** The figures of a run that `compare` judges: ratios to its baseline, which the speed of the machine is not in, and the share of spans lost. */
export function followedRun(results: Results): FollowedRun {
  const { startedAt } = results.environment;
  const { commit, dirty } = measuredCommit(results.environment);
  const reasons: string[] = [];
  const certainty = { confidence: CONFIDENCE, divisor: plannedLooks(results.scenario).length };
  const figures = figuresOf(results, certainty, DEFAULT_THRESHOLDS, attemptNoting(reasons));
  const points = [...figures.values()].flatMap(({ shown: estimate, isCorrected, series: { metric } }) =>
    isCorrected || metric.scale === "linear" ? [{ commit, dirty, startedAt, estimate }] : [],
  );
  return { points, unavailable: reasons.map((reason) => `${commit.slice(0, 7)}, ${startedAt}: ${reason}`) };
}

/**
 * By what the error of 5 % is divided for the step to the run of this number: 2, 6, 12, ... Each new run is a look, and the
 * parts 1/2 + 1/6 + 1/12 + ... stay below 1 however many runs follow. So of all histories in which nothing changes, at most
 * 5 % ever show a step.
 */
function divisorOf(run: number): number {
  return run * (run - 1);
}

/** The followed figures of several runs in order of time, and their last step: that between the last two. Pure. */
export function historyOf(runs: readonly FollowedRun[], [before, newest]: readonly Results[]): HistorySeries[] {
  const steps =
    before === undefined || newest === undefined
      ? []
      : compareResults(before, newest, DEFAULT_THRESHOLDS, divisorOf(runs.length)).comparisons;
  const groups = Map.groupBy(
    runs.flatMap(({ points }) => points),
    ({ estimate: { phase, variant, metric } }) => JSON.stringify([phase, variant, metric]),
  );
  return [...groups.values()].map((points): HistorySeries => {
    const { phase, variant, metric, unit } = points[0]!.estimate;
    const step = steps.find(
      ({ ratio }) => ratio.phase === phase && ratio.variant === variant && ratio.metric === metric,
    );
    return { phase, variant, metric, unit, points, ...(step && { lastStep: step.ratio }) };
  });
}
