import type { Phase } from "../spec/phases.ts";
import { findMetric } from "../record/metrics.ts";

/** A metric, and the phase in which it has its verdict. */
export interface Judged {
  readonly name: string;
  readonly phase: Phase;
}

function judged(name: string): Judged {
  return { name, phase: findMetric(name)!.compared![0]! };
}

/** What the headline speaks of. */
export const CPU = judged("cpuUsPerRequest");
/** With the Collector's. */
export const PIPELINE_CPU = judged("pipelineCpuUsPerRequest");
export const COLLECTOR_CPU = "collectorCpuUsPerRequest";
export const P99 = judged("responseTimeP99Ms");
export const THROUGHPUT = judged("requestsPerSecond");
export const FIRST_ANSWER = judged("firstAnswerMs");
export const ERROR_RECALL = "errorRecall";
export const KEPT_TRACES = "keptTraces";
