export * from "./estimate.ts";
export { estimateAll, type EstimateOptions } from "./estimate-all.ts";
export * from "./fidelity/index.ts";
export { DEFAULT_THRESHOLDS, type Thresholds } from "./metrics.ts";
export { decodeHistogram, mergeHistograms, quantile, type Histogram } from "./statistics/histogram.ts";
