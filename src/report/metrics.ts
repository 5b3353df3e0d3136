/** The estimates that the report looks up. */
export const METRIC = {
  cpu: "cpuUsPerRequest",
  p50: "responseTimeP50Ms",
  p99: "responseTimeP99Ms",
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
} as const;
