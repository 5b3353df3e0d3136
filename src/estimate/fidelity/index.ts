export { deriveFidelity, STORED } from "./derive.ts";
export { smallestBudget, thinningTo } from "./equal-budget.ts";
export { fidelityEstimates } from "./fidelity-estimates.ts";
export {
  classMetrics,
  FIDELITY_METRICS,
  routeMetrics,
  type FidelityMetric,
  type Reference,
} from "./fidelity-metrics.ts";
export { isAnswered, judge, requestAt, requestIdOf, spansByTrace, weigh } from "./judge.ts";
export { Kept } from "./kept.ts";
export { overRounds, type OverRounds, type Share } from "./over-rounds.ts";
export { anatomyOf, MISSING, ROOT, type TraceSpans } from "./trace-anatomy.ts";
export { isUpperBound } from "./upper-bound.ts";
export { Truth, type JudgedRequest } from "./truth.ts";
