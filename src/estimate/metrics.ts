import type { Phase } from "../plan/trial.ts";
import type { TrialRecord } from "../record/trial-record.ts";

/** How much of a change matters: relative for CPU, p99, throughput and a part's ns; an absolute share of the sampled spans for `lost`. */
export interface Thresholds {
  readonly cpu: number;
  readonly p99: number;
  readonly throughput: number;
  readonly lost: number;
  readonly micro: number;
}
export const DEFAULT_THRESHOLDS: Thresholds = { cpu: 0.02, p99: 0.1, throughput: 0.03, lost: 0, micro: 0.05 };

/** A figure of a trial, and how it is to be read. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  /** `log`: positive, noise multiplies it, averaged and compared on logarithms. `linear`: may be 0. */
  readonly scale: "log" | "linear";
  readonly worse: "higher" | "lower";
  /** Present where a verdict is given, and against which threshold. */
  readonly threshold?: keyof Thresholds;
  /** The share of rounds that is cut off at either end, where one in so many is known to be another thing. */
  readonly trim?: number;
}

/** A metric that is one number of the record. */
export interface ScalarMetric extends Metric {
  readonly of: (record: TrialRecord) => number | undefined;
}

type Read = ScalarMetric["of"];

const perRequest = (part: "cpuUserUs" | "cpuSystemUs"): Read => {
  return ({ resources }) =>
    resources === undefined || resources.cpuUs === 0
      ? undefined
      : (resources[part] / resources.cpuUs) * resources.cpuUsPerRequest;
};
const higher = (name: string, unit: string, scale: Metric["scale"], of: Read): ScalarMetric => {
  return { name, unit, scale, worse: "higher", of };
};

const CPU = higher("cpuUsPerRequest", "us/request", "log", ({ resources }) => resources?.cpuUsPerRequest);
const THROUGHPUT: ScalarMetric = {
  name: "requestsPerSecond",
  unit: "requests/s",
  scale: "log",
  worse: "lower",
  threshold: "throughput",
  of: ({ load }) => load?.requestsPerSecond,
};
const WIRE = higher("bytesOutPerRequest", "bytes/request", "linear", ({ resources }) => resources?.bytesOutPerRequest);
const MEMORY = [
  higher("rssBytes", "bytes", "log", ({ resources }) => resources?.rssBytes),
  higher("heapBytes", "bytes", "log", ({ resources }) => resources?.heapBytes),
  higher("gcMs", "ms", "linear", ({ resources }) => resources?.gcMs),
];
const LOOP = [
  higher("loopDelayP99Ms", "ms", "linear", ({ resources }) => resources?.loopDelayMs.p99),
  higher("loopUtilization", "share", "linear", ({ resources }) => resources?.loopUtilization),
];

/**
 * V8 compiles one process in ten or twenty otherwise, up to twice as slow: what is told of a part is what it costs
 * usually. A fifth is what is usual for trimmed means.
 */
const NS_PER_OP: ScalarMetric = {
  ...higher("cpuNsPerOp", "ns", "log", ({ micro }) => micro?.nsPerOp),
  threshold: "micro",
  trim: 0.2,
};

/** The scalar metrics of each phase, the one with the verdict first. */
export const SCALAR_METRICS: Readonly<Record<Phase, readonly ScalarMetric[]>> = {
  cost: [
    { ...CPU, threshold: "cpu" },
    higher("cpuUserUsPerRequest", "us/request", "linear", perRequest("cpuUserUs")),
    higher("cpuSystemUsPerRequest", "us/request", "linear", perRequest("cpuSystemUs")),
    WIRE,
    ...MEMORY,
  ],
  // side by side CPU is known far better: here and at capacity it has no verdict
  latency: [CPU, WIRE, ...MEMORY, ...LOOP],
  capacity: [THROUGHPUT, CPU, WIRE, ...MEMORY],
  micro: [NS_PER_OP],
};

/** Quantiles of a latency distribution, in ms, read off each round's histogram. */
export interface QuantileMetric extends Metric {
  readonly p: number;
  readonly from: "responseTime" | "serviceTime";
}

const quantiles = (from: QuantileMetric["from"]): QuantileMetric[] =>
  [0.5, 0.9, 0.99, 0.999].map((p) => ({
    name: `${from}P${String(p * 100).replace(".", "")}Ms`,
    unit: "ms",
    scale: "log",
    worse: "higher",
    p,
    from,
  }));

const RESPONSE = quantiles("responseTime");
const P99 = RESPONSE.findIndex((metric) => metric.p === 0.99);

/** In the cost phase neighbours are mixed into the tail, so latency is judged in the other two alone. */
export const QUANTILE_METRICS: Readonly<Record<Phase, readonly QuantileMetric[]>> = {
  cost: [],
  latency: RESPONSE.with(P99, { ...RESPONSE[P99]!, threshold: "p99" }),
  capacity: quantiles("serviceTime").slice(0, 3),
  micro: [],
};
