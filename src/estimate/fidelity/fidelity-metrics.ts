import type { Estimated, Fidelity, Figures, KeptOf } from "../../record/index.ts";
import { chanceOfOne, coverageOf, rareOf, type Counts } from "./coverage.ts";
import { countError, spansPerRequest } from "./equal-budget.ts";

/** What a trial is judged against: all shapes and edges that could be seen, and how far kept traces are thinned. */
export interface Reference {
  readonly shapes: Counts;
  readonly edges: Counts;
  /** 1 at the strategy's own setting; see equal-budget.ts. */
  readonly thinning: number;
}

export interface FidelityMetric {
  readonly name: string;
  readonly unit: string;
  /** Cannot leave 0 to 1. */
  readonly bounded: boolean;
  /** True where it is also told at the equal span budget, as `…AtEqualBudget`. */
  readonly thinnable: boolean;
  /** Undefined where the trial says nothing about it. */
  readonly of: (fidelity: Fidelity, reference: Reference) => number | undefined;
}

const recall = ({ offered, kept }: KeptOf, thinning = 1): number | undefined =>
  offered === 0 ? undefined : (thinning * kept) / offered;

const relativeError = ({ truth, estimate }: Estimated): number | undefined =>
  estimate === undefined || truth === 0 ? undefined : estimate / truth - 1;

const own = (name: string, unit: string, of: (fidelity: Fidelity) => number | undefined): FidelityMetric => {
  return { name, unit, bounded: unit === "share", thinnable: false, of };
};
const thinned = (name: string, of: FidelityMetric["of"]): FidelityMetric => {
  return { name, unit: "share", bounded: true, thinnable: true, of };
};
/** Estimate / truth − 1 of a figure of all requests. */
const errorOf = (name: string, figure: keyof Figures): FidelityMetric => {
  return { name, unit: "share", bounded: false, thinnable: false, of: ({ all }) => relativeError(all[figure]) };
};

const widest = (fidelity: Fidelity, distance: "ksDistance" | "jsDistance"): number | undefined => {
  const values = Object.values(fidelity.routes).flatMap((route) => route[distance] ?? []);
  return values.length === 0 ? undefined : Math.max(...values);
};

/** Every fidelity figure of a strategy, in the order of the report. */
export const FIDELITY_METRICS: readonly FidelityMetric[] = [
  // Requests of which any span arrived; asked is the sampler's inclusion probability.
  own("keptTraces", "share", ({ traces, requests }) => (requests === 0 ? undefined : traces.arrived / requests)),
  own("askedTraces", "share", ({ asked }) => asked),
  own("keptSpansPerRequest", "spans/request", spansPerRequest),
  // Failed requests whose trace arrived whole.
  thinned("errorRecall", ({ errors }, { thinning }) => recall(errors, thinning)),
  // At least one of ten failures: with the recall that was measured, and with the share that was asked for.
  thinned("oneOfTenErrors", ({ errors }, { thinning }) => {
    const measured = recall(errors, thinning);
    return measured === undefined ? undefined : chanceOfOne(measured, 10);
  }),
  own("oneOfTenErrorsAsked", "share", ({ asked, errors }) =>
    asked === undefined || errors.offered === 0 ? undefined : chanceOfOne(asked, 10),
  ),
  thinned("tailRecall", ({ tail }, { thinning }) => recall(tail, thinning)),
  thinned("rareRouteRecall", ({ rare }, { thinning }) => recall(rare, thinning)),
  thinned("shapeCoverage", ({ shapes }, { shapes: all, thinning }) => coverageOf(shapes.counts, all, thinning)),
  thinned("rareShapeCoverage", ({ shapes }, { shapes: all, thinning }) =>
    coverageOf(shapes.counts, rareOf(all), thinning),
  ),
  thinned("edgeCoverage", ({ edges }, { edges: all, thinning }) => coverageOf(edges.counts, all, thinning)),
  errorOf("requestCountError", "requests"),
  errorOf("errorRateError", "errorRate"),
  errorOf("p50Error", "p50Ms"),
  errorOf("p95Error", "p95Ms"),
  errorOf("p99Error", "p99Ms"),
  {
    ...thinned("requestCountStandardError", (fidelity, { thinning }) => countError(fidelity, thinning)),
    bounded: false,
  },
  // Of the intervals claimed at 95 %, those that hold the truth.
  own("intervalCoverage", "share", ({ intervals }) =>
    intervals.claimed === 0 ? undefined : intervals.covered / intervals.claimed,
  ),
  // Kept against all latencies, of the route where they differ most.
  own("ksDistance", "distance", (fidelity) => widest(fidelity, "ksDistance")),
  own("jsDistance", "distance", (fidelity) => widest(fidelity, "jsDistance")),
  own("wholeTraces", "share", ({ traces }) => (traces.arrived === 0 ? undefined : traces.whole / traces.arrived)),
  own("orphanSpans", "spans", ({ spans }) => spans.orphans),
  own("rootlessTraces", "traces", ({ traces }) => traces.rootless),
  own("consistencyViolations", "spans", ({ spans }) => spans.violations),
  own("incidentRecall", "share", ({ incident }) => incident && recall(incident)),
  own("incidentFirstKeptMs", "ms", ({ incident }) => incident?.firstKeptMs),
];

/** The recall of one class of requests, for each class the trials know. */
export function classMetrics(fidelities: readonly Fidelity[]): FidelityMetric[] {
  const classes = new Set(fidelities.flatMap(({ classes }) => Object.keys(classes)));
  return [...classes]
    .toSorted()
    .map((name) =>
      thinned(`classRecall:${name}`, ({ classes }, { thinning }) => classes[name] && recall(classes[name], thinning)),
    );
}
