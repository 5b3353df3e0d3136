import { COST_PHASES, type CostPhase, type Phase } from "../../spec/phases.ts";
import type { Estimate } from "../estimate.ts";
import type { Figure } from "./figure.ts";

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

export function without(figures: Figures, names: readonly (keyof Figures)[]): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([name]) => !names.includes(name as keyof Figures)));
}
