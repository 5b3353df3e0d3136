import { COST_PHASES, FURTHER_COST, type Phase } from "../spec/phases.ts";
import { spansLost, spansWanted } from "./ledger.ts";
import { EVERY, quantile, scalar, type Column, type Metric } from "./metric.ts";
import type { TrialRecord } from "./trial-record.ts";

const WITH_CPU: readonly Phase[] = [...EVERY, "profile", ...FURTHER_COST];

/** Of the sampled spans that were to be kept; undefined if there were none. */
export function lostShare({ ledger }: TrialRecord): number | undefined {
  const wanted = ledger === undefined ? 0 : spansWanted(ledger);
  return ledger === undefined || wanted <= 0 ? undefined : spansLost(ledger) / wanted;
}

export const LOST: Metric = {
  ...scalar(["spansLostShare", "spans lost", "share"], "linear", lostShare),
  threshold: "lost",
};

/** A figure of the start, which the record has under `field`. */
function ofStart(
  [name, title, unit]: readonly [name: string, title: string, unit: string],
  field: keyof NonNullable<TrialRecord["start"]>,
  column: Omit<Column, "table">,
): Metric {
  return {
    ...scalar([name, title, unit], "log", ({ start }) => start?.[field], ["start"]),
    compared: ["start"],
    column: { table: "phase", ...column },
  };
}

/** A figure that the record's resources have under the metric's name. */
function ofResources(
  name:
    | "mainThreadUsPerRequest"
    | "instructionsPerRequest"
    | "spansPerRequest"
    | "bytesOutPerRequest"
    | "rssBytes"
    | "heapBytes"
    | "gcMs",
  [title, unit]: readonly [title: string, unit: string],
  scale: Metric["scale"],
  phases?: readonly Phase[],
): Metric {
  return scalar([name, title, unit], scale, ({ resources }) => resources?.[name], phases);
}

export function cpuUsPerRequest({ resources }: TrialRecord): number | undefined {
  return resources?.cpuUsPerRequest;
}

/** Of CPU per request in the phases cost, the main threads' part: V8's helper threads, which collect garbage, blur the whole. */
export const MAIN_THREAD: Metric = {
  ...ofResources("mainThreadUsPerRequest", ["CPU of the main thread per request", "us/request"], "log", COST_PHASES),
  compared: COST_PHASES,
  threshold: "cpu",
  column: { table: "phase", title: "main thread", unit: "µs", isBrief: true },
};

export const METRICS: readonly Metric[] = [
  {
    ...scalar(["cpuUsPerRequest", "CPU per request", "us/request"], "log", cpuUsPerRequest, WITH_CPU),
    compared: WITH_CPU,
    threshold: "cpu",
    priced: "cost",
    column: { table: "phase", title: "CPU/request", unit: "µs" },
  },
  MAIN_THREAD,
  {
    ...ofResources("instructionsPerRequest", ["instructions per request", "instructions/request"], "log", COST_PHASES),
    compared: COST_PHASES,
    column: { table: "phase", title: "instructions/request", unit: "thousand", factor: 1e-3 },
  },
  {
    ...scalar(["requestsPerSecond", "throughput", "requests/s"], "log", ({ load }) => load?.requestsPerSecond, [
      "capacity",
    ]),
    worse: "lower",
    compared: ["capacity"],
    threshold: "throughput",
    column: { table: "phase", title: "throughput", unit: "requests/s" },
  },
  {
    ...ofResources("spansPerRequest", ["spans per request", "spans/request"], "linear", ["cost"]),
    priced: "cost",
  },
  {
    ...ofResources("bytesOutPerRequest", ["sent per request, with repeated exports", "bytes/request"], "linear"),
    priced: "cost",
    column: { table: "resources", title: "sent/request", unit: "B" },
  },
  {
    ...ofResources("rssBytes", ["memory", "bytes"], "log"),
    priced: "cost",
    column: { table: "resources", title: "memory", unit: "MB", factor: 1e-6 },
  },
  {
    ...ofResources("heapBytes", ["heap", "bytes"], "log"),
    column: { table: "resources", title: "heap", unit: "MB", factor: 1e-6 },
  },
  {
    ...ofResources("gcMs", ["GC", "ms"], "linear"),
    column: { table: "resources", title: "GC", unit: "ms" },
  },
  {
    ...scalar(
      ["loopDelayP99Ms", "p99 event-loop delay", "ms"],
      "linear",
      ({ resources }) => resources?.loopDelayMs?.p99,
      ["latency"],
    ),
    priced: "latency",
    column: { table: "resources", title: "loop p99", unit: "ms" },
  },
  {
    ...scalar(
      ["collectorCpuUsPerRequest", "Collector's CPU per request", "us/request"],
      "log",
      ({ collector }) => collector?.cpuUsPerRequest,
    ),
    column: { table: "phase", title: "Collector", unit: "µs" },
  },
  {
    ...scalar(["pipelineCpuUsPerRequest", "CPU of service and Collector", "us/request"], "log", (record) => {
      const [own, collector] = [cpuUsPerRequest(record), record.collector?.cpuUsPerRequest];
      return own === undefined || collector === undefined ? undefined : own + collector;
    }),
    // none sends nothing through a Collector
    baseline: "cpuUsPerRequest",
    compared: ["cost"],
    column: { table: "phase", title: "service + Collector", unit: "µs" },
  },
  scalar(
    ["collectorBytesOutPerRequest", "sent by the Collector per request", "bytes/request"],
    "linear",
    ({ collector }) => collector?.bytesOutPerRequest,
  ),
  {
    ...scalar(
      ["collectorRssBytes", "Collector's peak memory", "bytes"],
      "log",
      ({ collector }) => collector?.rssPeakBytes,
    ),
    column: { table: "resources", title: "Collector peak memory", unit: "MB", factor: 1e-6 },
  },
  {
    ...scalar(["collectorQueue", "Collector's queue", "items"], "linear", ({ collector }) => collector?.queuePeak),
    column: { table: "resources", title: "Collector queue", unit: "items" },
  },
  // in the cost phase neighbours are mixed into the tail, so latency is estimated in the other two alone
  {
    ...quantile("responseTimeP50Ms", "p50 response time", 0.5, "latency", "responseTime"),
    column: { table: "phase", title: "p50", unit: "ms" },
  },
  quantile("responseTimeP90Ms", "p90 response time", 0.9, "latency", "responseTime"),
  {
    ...quantile("responseTimeP99Ms", "p99 response time", 0.99, "latency", "responseTime"),
    compared: ["latency"],
    threshold: "p99",
    column: { table: "phase", title: "p99", unit: "ms" },
  },
  quantile("responseTimeP999Ms", "p99.9 response time", 0.999, "latency", "responseTime"),
  quantile("serviceTimeP50Ms", "p50 service time", 0.5, "capacity", "serviceTime"),
  quantile("serviceTimeP90Ms", "p90 service time", 0.9, "capacity", "serviceTime"),
  {
    ...quantile("serviceTimeP99Ms", "p99 service time", 0.99, "capacity", "serviceTime"),
    column: { table: "phase", title: "p99", unit: "ms" },
  },
  {
    ...ofStart(["firstAnswerMs", "time to the first answer", "ms"], "firstAnswerMs", {
      title: "first answer",
      unit: "ms",
    }),
    priced: "start",
  },
  ofStart(["startCpuMs", "CPU to the first answer", "ms"], "cpuMs", { title: "CPU", unit: "ms" }),
  ofStart(["startRssBytes", "memory at the first answer", "bytes"], "rssBytes", {
    title: "memory",
    unit: "MB",
    factor: 1e-6,
  }),
  ofStart(["startModules", "scripts loaded", "scripts"], "modules", { title: "scripts", unit: "loaded" }),
  ...dashboardMetrics(),
  LOST,
];

/** What a dashboard over span metrics shows, as a share of the truth. A linear metric is never below 0, which an error could be. */
function dashboardMetrics(): Metric[] {
  const metric = (name: string, title: string, figure: keyof NonNullable<TrialRecord["dashboard"]>): Metric =>
    scalar([name, title, "share"], "linear", ({ dashboard }) => {
      const { truth, estimate } = dashboard?.[figure] ?? { truth: 0 };
      return estimate === undefined || truth === 0 ? undefined : estimate / truth;
    });
  return [
    metric("dashboardRequestRate", "a dashboard's request rate over the true one", "requests"),
    metric("dashboardErrorRate", "a dashboard's error rate over the true one", "errorRate"),
    metric("dashboardP99", "a dashboard's p99 over the true one", "p99Ms"),
  ];
}

/** The row of a metric; undefined for other figures. */
export function findMetric(name: string): Metric | undefined {
  return METRICS.find((metric) => metric.name === name);
}
