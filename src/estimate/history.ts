import { deriveSeed } from "../base/random.ts";
import type { Results } from "../record/results.ts";
import type { Estimate } from "./estimate.ts";
import { estimateAll } from "./estimate-all.ts";
import { plannedLooks } from "./precision.ts";
import { findChangePoints } from "./statistics/change-points.ts";
import { mean } from "./statistics/student.ts";

/** One run in a history. */
export interface HistoryPoint {
  readonly commit: string;
  readonly dirty: boolean;
  /** ISO date and time. */
  readonly startedAt: string;
  readonly estimate: Estimate;
}

/** Where a figure changed for good. `ratio` is the mean after over the mean before, between neighbouring changes. */
export interface Change {
  /** Position in `points` of the first run after the change. */
  readonly index: number;
  readonly pValue: number;
  readonly before: number;
  readonly after: number;
  readonly ratio: number;
}

export interface HistorySeries extends Pick<Estimate, "phase" | "variant" | "metric" | "unit" | "against"> {
  readonly points: readonly HistoryPoint[];
  readonly changes: readonly Change[];
}

/**
 * Figures that are followed: ratios to `none`, which the machine's drift is not in, and the share of spans lost. A part's
 * ratio is told in ns (see `inNs`).
 */
const FOLLOWED: readonly Pick<Estimate, "metric" | "unit">[] = [
  { metric: "cpuUsPerRequest", unit: "ratio" },
  { metric: "responseTimeP99Ms", unit: "ratio" },
  { metric: "requestsPerSecond", unit: "ratio" },
  { metric: "cpuNsPerOp", unit: "ratio" },
  { metric: "spansLostShare", unit: "share" },
];

/** The followed figures of several runs in order of time, with their change points (see change-points.ts). Pure. */
export function historyOf(runs: readonly Results[], options: { readonly seed?: number } = {}): HistorySeries[] {
  const ordered = runs.toSorted((a, b) => (a.environment.startedAt < b.environment.startedAt ? -1 : 1));
  const estimated = ordered.map(({ environment, records, plan, scenario }) => {
    const looks = plannedLooks(scenario).length;
    return { environment, estimates: estimateAll(records, { variants: plan.variants, seed: plan.seed, looks }) };
  });
  const yardstickNs = estimated.flatMap(({ estimates }) => estimates.find(isYardstick)?.center ?? []).at(-1);
  const series = new Map<string, HistoryPoint[]>();
  for (const { environment, estimates } of estimated) {
    const { commit, dirty, startedAt } = environment;
    for (const ratio of estimates) {
      if (!isFollowed(ratio)) continue;
      const { phase, variant, metric, against } = ratio;
      const estimate = phase === "micro" ? inNs(ratio, yardstickNs!) : ratio;
      const key = JSON.stringify([phase, variant, metric, against ?? null]);
      const points = series.get(key) ?? [];
      points.push({ commit, dirty, startedAt, estimate });
      series.set(key, points);
    }
  }
  return [...series].map(([key, points]) => {
    const { phase, variant, metric, unit, against } = points[0]!.estimate;
    const changes = changesIn(points, deriveSeed(options.seed ?? 1, key));
    return { phase, variant, metric, unit, ...(against !== undefined && { against }), points, changes };
  });
}

function isFollowed({ phase, metric, unit, against }: Estimate): boolean {
  if (phase === "capacity" && metric === "cpuUsPerRequest") return false;
  if (against !== undefined && against !== "none") return false;
  return FOLLOWED.some((followed) => followed.metric === metric && followed.unit === unit);
}

function isYardstick({ phase, variant, metric, against }: Estimate): boolean {
  return phase === "micro" && variant === "none" && metric === "cpuNsPerOp" && against === undefined;
}

/**
 * A part's ratio to the yardstick in ns: nobody reads it as a ratio. One speed of the yardstick for all runs, that of the
 * newest, keeps the machine's drift out.
 */
function inNs(ratio: Estimate, yardstickNs: number): Estimate {
  const { against: _, center, low, high, ...about } = ratio;
  const bounds = low !== undefined && high !== undefined && { low: low * yardstickNs, high: high * yardstickNs };
  return { ...about, unit: "ns", center: center * yardstickNs, ...bounds };
}

/** All but shares are searched on logarithms, where a doubling and a halving weigh the same. */
function changesIn(points: readonly HistoryPoint[], seed: number): Change[] {
  const centers = points.map(({ estimate }) => estimate.center);
  const logs = points[0]!.estimate.unit !== "share";
  const found = findChangePoints(logs ? centers.map(Math.log) : centers, { seed });
  const edges = [0, ...found.map((change) => change.index), centers.length];
  return found.map(({ index, pValue }, i) => {
    const before = mean(centers.slice(edges[i], index));
    const after = mean(centers.slice(index, edges[i + 2]));
    return { index, pValue, before, after, ratio: after / before };
  });
}
