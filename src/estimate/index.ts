export * from "./advise/index.ts";
export { baselineCpuUs, wallMsOf } from "./calibration-ratios.ts";
export {
  BARE,
  BURNS,
  burningOf,
  calibrationFindings,
  TWINS,
  twinOf,
  type CalibrationFindings,
  type Checked,
  type Outcome,
  type TruthFinding,
} from "./calibration.ts";
export {
  compareResults,
  compareVariants,
  isJudged,
  isLossless,
  isOfCost,
  type ComparedResults,
  type CompareOptions,
  type Comparison,
} from "./compare.ts";
export * from "./estimate.ts";
export { estimateAll, type EstimateOptions } from "./estimate-all.ts";
export * from "./fidelity/index.ts";
export { historyOf, type Change, type HistoryPoint, type HistorySeries } from "./history.ts";
export { incomparable } from "./incomparable.ts";
export { DEFAULT_THRESHOLDS, type Thresholds } from "./metrics.ts";
export { explainByParts, type PartsExplained, type SpanContent } from "./parts.ts";
export { plannedLooks, takeLook } from "./precision.ts";
export { commonRounds, ofCommon } from "./rounds.ts";
export { decodeHistogram, mergeHistograms, quantile, type Histogram } from "./statistics/histogram.ts";
export { MIN_ROUNDS } from "./verdict.ts";
