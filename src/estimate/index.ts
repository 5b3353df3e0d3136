export * from "./estimate.ts";
export { estimateAll, type EstimateOptions } from "./estimate-all.ts";
export { DEFAULT_THRESHOLDS, type Thresholds } from "./metrics.ts";
