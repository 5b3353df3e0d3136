import type { Estimate } from "../estimate/estimate.ts";
import type { Phase } from "../plan/trial.ts";

/** The estimator's metrics that the report asks for by name. Any other is still in the table of all figures. */
export const METRIC = {
  cpu: "cpuUsPerRequest",
  p50: "responseTimeP50Ms",
  p99: "responseTimeP99Ms",
  /** Closed loop: there is no intended time to count from. */
  serviceP99: "serviceTimeP99Ms",
  throughput: "requestsPerSecond",
  memory: "rssBytes",
  heap: "heapBytes",
  gc: "gcMs",
  loopDelay: "loopDelayP99Ms",
  wire: "bytesOutPerRequest",
  keptTraces: "keptTraces",
  errorRecall: "errorRecall",
  tailRecall: "tailRecall",
  rareRouteRecall: "rareRouteRecall",
  wholeTraces: "wholeTraces",
  shapeCoverage: "shapeCoverage",
  p99Error: "p99Error",
} as const;

/** What the tables show of each phase. */
const OF_PHASE: Readonly<Record<Phase, readonly string[]>> = {
  cost: [METRIC.cpu, METRIC.memory, METRIC.heap, METRIC.wire, METRIC.gc],
  latency: [METRIC.p50, METRIC.p99, METRIC.loopDelay],
  capacity: [METRIC.throughput, METRIC.serviceP99],
  micro: [],
};
const SHOWN: ReadonlySet<string> = new Set(Object.values(METRIC));
const PHASE_BOUND: ReadonlySet<string> = new Set(Object.values(OF_PHASE).flat());

/** Whether a table shows the metric as one of this phase. */
export function isOfPhase({ phase, metric }: Pick<Estimate, "phase" | "metric">): boolean {
  return OF_PHASE[phase].includes(metric);
}

/** Whether a table shows the metric of whichever phase has it (kept.ts), as it does what sampling keeps. */
export function isOfAnyPhase(metric: string): boolean {
  return SHOWN.has(metric) && !PHASE_BOUND.has(metric);
}
