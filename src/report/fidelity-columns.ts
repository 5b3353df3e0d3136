/** What is told of a strategy's fidelity, table by table; the metrics are those of estimate/fidelity/fidelity-metrics.ts. */
import { errorText, figureText, shareText, type Figure } from "./format.ts";

export interface FidelityColumn {
  readonly title: string;
  readonly metric: string;
  readonly unit?: string;
  readonly text: (figure: Figure) => string;
}

const share = (title: string, metric: string): FidelityColumn => ({ title, metric, text: shareText });
/** An estimate's error, as change against the truth. */
const error = (title: string, metric: string): FidelityColumn => ({ title, metric, text: errorText });
const number = (title: string, metric: string, unit?: string): FidelityColumn => ({
  title,
  metric,
  text: (figure) => figureText(figure),
  ...(unit !== undefined && { unit }),
});

export const AMOUNT: readonly FidelityColumn[] = [
  share("asked", "askedTraces"),
  share("traces", "keptTraces"),
  share("spans", "keptSpans"),
  share("bytes", "keptBytes"),
  number("spans/request", "keptSpansPerRequest"),
];
export const FAILURES: readonly FidelityColumn[] = [
  share("failed", "errorRecall"),
  share("≥1 of 10 failed", "oneOfTenErrors"),
  share("as asked", "oneOfTenErrorsAsked"),
];
export const SEEN: readonly FidelityColumn[] = [
  share("slowest 1 %", "tailRecall"),
  share("rare routes", "rareRouteRecall"),
  share("shapes", "shapeCoverage"),
  share("rare shapes", "rareShapeCoverage"),
  share("edges", "edgeCoverage"),
];
export const TOLD: readonly FidelityColumn[] = [
  error("requests", "requestCountError"),
  error("error rate", "errorRateError"),
  error("p50", "p50Error"),
  error("p95", "p95Error"),
  error("p99", "p99Error"),
  share("intervals right", "intervalCoverage"),
  number("KS", "ksDistance"),
  number("JS", "jsDistance"),
];
export const INTEGRITY: readonly FidelityColumn[] = [
  share("whole", "wholeTraces"),
  share("complete", "completeTraces"),
  number("orphan spans", "orphanSpans"),
  number("rootless traces", "rootlessTraces"),
  number("violations", "consistencyViolations"),
];
export const EQUAL_BUDGET: readonly FidelityColumn[] = [
  share("failed", "errorRecallAtEqualBudget"),
  share("≥1 of 10 failed", "oneOfTenErrorsAtEqualBudget"),
  share("slowest 1 %", "tailRecallAtEqualBudget"),
  share("rare routes", "rareRouteRecallAtEqualBudget"),
  share("shapes", "shapeCoverageAtEqualBudget"),
  share("rare shapes", "rareShapeCoverageAtEqualBudget"),
  share("edges", "edgeCoverageAtEqualBudget"),
  share("count's standard error", "requestCountStandardErrorAtEqualBudget"),
];
export const INCIDENT: readonly FidelityColumn[] = [
  share("its failures kept", "incidentRecall"),
  number("first one kept after", "incidentFirstKeptMs", "ms"),
];

/** Of one class of requests. */
export const classColumn = (name: string): FidelityColumn => share(name, `classRecall:${name}`);

/** Of one route. */
export const routeColumns = (route: string): readonly FidelityColumn[] => [
  share("slowest 1 %", `tailRecall:${route}`),
  error("requests", `requestCountError:${route}`),
  error("error rate", `errorRateError:${route}`),
  error("p50", `p50Error:${route}`),
  error("p95", `p95Error:${route}`),
  error("p99", `p99Error:${route}`),
  number("KS", `ksDistance:${route}`),
  number("JS", `jsDistance:${route}`),
];

export const ABOUT = {
  amount: "Shares of what keeping everything is. Asked: the probability that the sampler was given.",
  failures:
    "Failed requests whose trace arrived whole (≤: at most so many); and the chance to see one of ten, 1 − (1 − p)^10, with the share that was kept and as asked for.",
  seen: "The slowest 1 % of each route, routes under 5 % of the traffic, distinct paths of service and operation, and calls between services (≤: at most so many).",
  told: "Errors of estimates from kept traces: Horvitz–Thompson and Hájek with a valid weight, naive without. KS and JS: distance of kept from all latencies, worst route. Intervals right: of those claimed at 95 %.",
  integrity:
    "Whole: all spans that were sampled are there, and lead to the root (≤: at most so many). Orphans lack their parent, rootless traces their root; violations: a service kept what its caller dropped.",
  equalBudget: "Kept traces thinned at random until each strategy keeps as few spans as the thriftiest that keeps any.",
} as const;
