import type { Phase } from "../spec/phases.ts";
import type { TrialRecord } from "./trial-record.ts";

/** How much of a change matters: relative for CPU, p99 and throughput; an absolute share of the sampled spans for `lost`. */
export interface Thresholds {
  readonly cpu: number;
  readonly p99: number;
  readonly throughput: number;
  readonly lost: number;
}
export const DEFAULT_THRESHOLDS: Thresholds = { cpu: 0.02, p99: 0.1, throughput: 0.03, lost: 0 };

/** A figure of a trial: a row of the one table of metrics. */
export interface Metric {
  readonly name: string;
  /** As reports print it. */
  readonly title: string;
  readonly unit: string;
  /** `log`: positive, noise multiplies it, averaged and compared on logarithms. `linear`: may be 0. */
  readonly scale: "log" | "linear";
  readonly worse: "higher" | "lower";
  readonly phases: readonly Phase[];
  /** It is compared with `none` in these phases. */
  readonly compared?: readonly Phase[];
  /** The metric of `none` that it is compared with; its own if absent. */
  readonly baseline?: string;
  /** It has a verdict, against this threshold, in the first phase of `compared`. */
  readonly threshold?: keyof Thresholds;
  /** The price list of instrumentations has it, in this phase. */
  readonly priced?: Phase;
  /** Its column in the report: in the table of its phase, or of the resources. Absent: in no table. */
  readonly column?: Column;
  /** One number of the record, or a quantile of one of its histograms. */
  readonly of: ((record: TrialRecord) => number | undefined) | Quantile;
}

export interface Column {
  readonly table: "phase" | "resources";
  readonly title: string;
  readonly unit: string;
  /** From the metric's unit to the column's; 1 if absent. */
  readonly factor?: number;
  /** Of its change the ratio alone: its verdict stands elsewhere. */
  readonly isBrief?: boolean;
}

export interface Quantile {
  readonly p: number;
  readonly histogram: "responseTime" | "serviceTime";
}

export const EVERY: readonly Phase[] = ["cost", "latency", "capacity"];
/** A metric that is one number of a record. */
export const scalar = (
  [name, title, unit]: readonly [name: string, title: string, unit: string],
  scale: Metric["scale"],
  of: (record: TrialRecord) => number | undefined,
  phases: readonly Phase[] = EVERY,
): Metric => ({ name, title, unit, scale, worse: "higher", phases, of });

/** A metric that is a quantile of a histogram, in the one phase whose latencies it describes. */
export const quantile = (
  name: string,
  title: string,
  p: number,
  phase: Phase,
  histogram: Quantile["histogram"],
): Metric => {
  return { name, title, unit: "ms", scale: "log", worse: "higher", phases: [phase], of: { p, histogram } };
};

/** The threshold of a metric that has a verdict in the phase; undefined if it has none there. */
export function thresholdIn(metric: Metric, phase: Phase): keyof Thresholds | undefined {
  // side by side CPU is known far better than alone, so it has a verdict in the cost phase only
  return metric.compared === undefined || metric.compared[0] === phase ? metric.threshold : undefined;
}
