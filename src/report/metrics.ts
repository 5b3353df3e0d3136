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
