import { cpuUsPerRequest, findMetric } from "../../record/metrics.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { estimateOf, type Certainty, type Estimate } from "../estimate.ts";
import { commonRounds, groupRounds, scalarSeries, type Series } from "../series.ts";
import { oneSample } from "../statistics/student.ts";
import { differenceAtMean, ratioFinding } from "./comparisons.ts";

const CPU = findMetric("cpuUsPerRequest")!;

/** A variant in two builds. */
export interface PairOfBuilds {
  readonly base: string;
  readonly candidate: string;
}

/** What tracing adds to a request in each build, µs, and how that changed; the service's own change is in none of them. */
export interface TracingChange {
  readonly base: Estimate;
  readonly candidate: Estimate;
  readonly change: Estimate;
}

/**
 * For each traced pair (t1, t2) of builds, with `untraced` (n1, n2): the change of what tracing adds, in the phase cost.
 * Round by round ((t2 − n2) − (t1 − n1)) / n1, Student's t, at the mean of n1 over the run.
 */
export function tracingChanges(
  records: readonly TrialRecord[],
  pairs: readonly PairOfBuilds[],
  untraced: PairOfBuilds,
  certainty: Certainty,
): TracingChange[] {
  const costs = groupRounds(records).filter(({ phase }) => phase === "cost");
  const seriesOf = (variant: string): Series | undefined => {
    const group = costs.find((one) => one.variant === variant);
    return group && scalarSeries(group, CPU, cpuUsPerRequest, certainty);
  };
  const [n1, n2] = [seriesOf(untraced.base), seriesOf(untraced.candidate)];
  if (n1 === undefined || n2 === undefined) return [];
  return pairs
    .filter(({ base }) => base !== untraced.base)
    .flatMap(({ base, candidate }) => {
      const [t1, t2] = [seriesOf(base), seriesOf(candidate)];
      if (t1 === undefined || t2 === undefined) return [];
      const [before, after] = [addedBy(t1, n1, certainty), addedBy(t2, n2, certainty)];
      const change = changeOf([t1, n1, t2, n2], certainty);
      return before && after && change
        ? [{ base: before, candidate: after, change: summed(before, after, change) }]
        : [];
    });
}

/** The change moved so that base and change add up to the candidate; its interval is as wide as before. */
function summed(base: Estimate, candidate: Estimate, change: Estimate): Estimate {
  const center = candidate.center - base.center;
  const { low, high } = change;
  const bounds = low !== undefined &&
    high !== undefined && { low: low + center - change.center, high: high + center - change.center };
  return { ...change, center, ...bounds };
}

function addedBy(traced: Series, untraced: Series, certainty: Certainty): Estimate | undefined {
  const ratio = ratioFinding(traced, untraced, certainty);
  return ratio && differenceAtMean(ratio, untraced).estimate;
}

function changeOf(
  [t1, n1, t2, n2]: readonly [Series, Series, Series, Series],
  certainty: Certainty,
): Estimate | undefined {
  const rounds = [...commonRounds([t1, n1, t2, n2].map(({ values }) => values))];
  if (rounds.length === 0) return undefined;
  const shares = rounds.map((round) => {
    const [a, b, c, d] = [t1, n1, t2, n2].map(({ values }) => values.get(round)!) as [number, number, number, number];
    return (c - d - (a - b)) / b;
  });
  const { phase, variant } = t2.group;
  const about = {
    phase,
    variant,
    metric: CPU.name,
    unit: CPU.unit,
    against: t1.group.variant,
    method: "student-t on differences of what tracing adds, as a share of the base's none, paired by round",
  };
  return estimateOf(about, oneSample(shares), (share) => share * n1.absolute.center, certainty, []);
}
