export { coverageOf, chanceOfOne, rareOf, unionOf } from "./coverage.ts";
export { deriveFidelity, STORED, type Limits } from "./derive.ts";
export { smallestBudget, spansPerRequest, thinningTo } from "./equal-budget.ts";
export { fidelityEstimates } from "./fidelity-estimates.ts";
export { classMetrics, FIDELITY_METRICS, type FidelityMetric, type Reference } from "./fidelity-metrics.ts";
export { isAnswered, judge, requestAt, requestIdOf, spansByTrace, weigh, type JudgeContext } from "./judge.ts";
export { Kept, type KeptTrace } from "./kept.ts";
export { anatomyOf, MISSING, ROOT, type TraceAnatomy, type TraceSpans } from "./trace-anatomy.ts";
export { Truth, type JudgedRequest } from "./truth.ts";
