import { COST_PHASES, type CostPhase, type Phase } from "../../spec/phases.ts";
import type { Estimate } from "../estimate.ts";
import { isUpperBound } from "../fidelity/warnings.ts";

interface Bounds {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A figure with its interval; without one it rests on too few rounds. */
export type Figure = Pick<Estimate, "center" | "n"> &
  Bounds &
  Partial<Pick<Estimate, "warnings" | "verdict" | "noneOf">>;

/** The figure and its interval, each value changed by the same increasing function. */
export function mapFigure(figure: Figure, change: (value: number) => number): Figure {
  const { low, high } = figure;
  const bounds = low !== undefined && high !== undefined && { low: change(low), high: change(high) };
  return { ...figure, center: change(figure.center), ...bounds };
}

/** The figure with its sign turned. */
export function negated({ low, high, ...figure }: Figure): Figure {
  const bounds = low !== undefined && high !== undefined && { low: -high, high: -low };
  return { ...figure, center: -figure.center, ...bounds };
}

/** A share of a share. The product of the ends is no narrower than the interval of the product. */
export function multiplyShares(one: Figure, other: Figure): Figure {
  if (other.center === 1 && !isUpperBound(other)) return one;
  const ends = [one.low, one.high, other.low, other.high];
  const [low, high] = ends.every((end) => end !== undefined)
    ? [one.low! * other.low!, one.high! * other.high!]
    : [undefined, undefined];
  const warnings = [...(one.warnings ?? []), ...(other.warnings ?? [])];
  const noneOf = one.noneOf ?? other.noneOf;
  const product = { center: one.center * other.center, low, high, n: Math.min(one.n, other.n), warnings };
  return { ...product, ...(noneOf !== undefined && { noneOf }) };
}

/** What was measured of a variant, as far as advice needs it. */
export interface Figures {
  /** CPU added to each request against `none`, µs, and the same as a share of what `none` takes. */
  readonly cpuUs?: Figure;
  readonly cpuRatio?: Figure;
  /** The same at other loads. */
  readonly otherLoads?: readonly AtLoad[];
  /** p99 response time added against `none`, ms, and as a ratio, which has the verdict. */
  readonly p99Ms?: Figure;
  readonly p99Ratio?: Figure;
  readonly failedKept?: Figure;
  readonly slowKept?: Figure;
  readonly tracesKept?: Figure;
  /** Spans that the backend receives, for each request. */
  readonly storedSpans?: Figure;
  readonly lostAtCapacity?: Figure;
  /** Requests a second that one process carries. */
  readonly capacity?: Figure;
  /** Of a Collector between service and backend: CPU of a request, µs, and peak memory. */
  readonly collectorCpuUs?: Figure;
  readonly collectorRssBytes?: Figure;
}

/** CPU added at the load of a phase. */
export interface AtLoad {
  readonly phase: Phase;
  readonly cpuUs: Figure;
  readonly cpuRatio: Figure;
}

/** Of those that are one figure. */
export type FigureName = Exclude<keyof Figures, "otherLoads">;

type Row = readonly [phases: readonly Phase[], metric: string, unit: string, against?: "none"];

/** What is kept comes from the phase that is nearest to production. */
const NEAR_PRODUCTION: readonly Phase[] = ["latency", "cost", "capacity"];

const LOADS: readonly Phase[] = [...COST_PHASES, "latency", "capacity"];

const SOURCES: Readonly<Record<Exclude<FigureName, keyof AtLoad>, Row>> = {
  p99Ms: [["latency"], "responseTimeP99Ms", "ms", "none"],
  p99Ratio: [["latency"], "responseTimeP99Ms", "ratio", "none"],
  failedKept: [NEAR_PRODUCTION, "errorRecall", "share"],
  slowKept: [NEAR_PRODUCTION, "tailRecall", "share"],
  tracesKept: [NEAR_PRODUCTION, "keptTraces", "share"],
  storedSpans: [NEAR_PRODUCTION, "keptSpansPerRequest", "spans/request"],
  lostAtCapacity: [["capacity"], "spansLostShare", "share"],
  capacity: [["capacity"], "requestsPerSecond", "requests/s"],
  collectorCpuUs: [["cost"], "collectorCpuUsPerRequest", "us/request"],
  collectorRssBytes: [["cost"], "collectorRssBytes", "bytes"],
};

/** What depends on the decision; everything else depends on what the services run. */
export const OF_DECISION = ["failedKept", "slowKept", "tracesKept", "storedSpans"] as const;
/** What depends on the Collector that decides. */
export const OF_COLLECTOR = ["collectorCpuUs", "collectorRssBytes"] as const;

/** The figures among the estimates of one variant. `untraced`: ids of the variants that cost is compared with. `costPhase`: of `cpuUs`. */
export function figuresOf(own: readonly Estimate[], untraced: ReadonlySet<string>, costPhase: CostPhase): Figures {
  const find = ([phases, metric, unit, against]: Row): Figure | undefined => {
    const fitting = own.filter(
      (estimate) =>
        estimate.metric === metric &&
        estimate.unit === unit &&
        (against === "none" ? untraced.has(estimate.against ?? "") : estimate.against === undefined),
    );
    return phases.flatMap((phase) => fitting.find((estimate) => estimate.phase === phase) ?? [])[0];
  };
  const found = Object.entries(SOURCES).flatMap(([name, row]) => {
    const figure = find(row);
    return figure === undefined ? [] : [[name, figure] as const];
  });
  const loads = LOADS.flatMap((phase): AtLoad[] => {
    const [cpuUs, cpuRatio] = ["us/request", "ratio"].map((unit) => find([[phase], "cpuUsPerRequest", unit, "none"]));
    return cpuUs && cpuRatio ? [{ phase, cpuUs, cpuRatio }] : [];
  });
  const { phase: _, ...cost } = loads.find(({ phase }) => phase === costPhase) ?? {};
  return { ...Object.fromEntries(found), ...cost, otherLoads: loads.filter(({ phase }) => phase !== costPhase) };
}

/** The phase of what is kept, one for all variants; undefined if that was not measured. */
export function keptPhaseOf(estimates: readonly Estimate[]): Phase | undefined {
  return estimates.find(({ metric }) => OF_DECISION.some((name) => SOURCES[name][1] === metric))?.phase;
}

export function without(figures: Figures, names: readonly (keyof Figures)[]): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([name]) => !names.includes(name as keyof Figures)));
}
