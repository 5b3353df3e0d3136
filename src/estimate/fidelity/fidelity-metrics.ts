import type { Estimated, Fidelity, Figures, KeptOf } from "../../record/index.ts";
import { chanceOfOne, coverageOf, rareOf, type Counts } from "./coverage.ts";
import { countError, spansPerRequest } from "./equal-budget.ts";

/** What a trial is judged against: all shapes and edges that could be seen, and how far kept traces are thinned. */
export interface Reference {
  readonly shapes: Counts;
  readonly edges: Counts;
  /** What keeping everything costs, where that is known. */
  readonly spansPerRequest?: number | undefined;
  readonly bytesPerRequest?: number | undefined;
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
  readonly of: (fidelity: Fidelity, reference: Reference, sent?: Sent) => number | undefined;
}

/** What the record of the trial says beside its fidelity. */
export interface Sent {
  readonly bytesPerRequest?: number | undefined;
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
/** A share of what keeping everything would be. It may pass 1, where trials differ. */
const part = (name: string, of: FidelityMetric["of"]): FidelityMetric => {
  return { name, unit: "share", bounded: false, thinnable: false, of };
};
/** Estimate / truth − 1 of a figure of all requests. */
const errorOf = (name: string, figure: keyof Figures): FidelityMetric => {
  return { name, unit: "share", bounded: false, thinnable: false, of: ({ all }) => relativeError(all[figure]) };
};

const partOf = (part: number | undefined, all: number | undefined): number | undefined =>
  part === undefined || all === undefined || all === 0 ? undefined : part / all;

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
  // Of what keeping everything would be: always_on in the same round, or the whole recording. Bytes on the wire.
  part("keptSpans", (fidelity, { spansPerRequest: all }) => partOf(spansPerRequest(fidelity), all)),
  part("keptBytes", (_fidelity, { bytesPerRequest: all }, sent) => partOf(sent?.bytesPerRequest, all)),
  // Failed requests whose trace arrived whole.
  thinned("errorRecall", ({ errors }, { thinning }) => recall(errors, thinning)),
  // At least one of ten failures, 1 − (1 − p)^10: with the recall that was measured, and with the share that was asked for.
  thinned("oneOfTenErrors", ({ errors }, { thinning }) => {
    const measured = recall(errors, thinning);
    return measured === undefined ? undefined : chanceOfOne(measured, 10);
  }),
  own("oneOfTenErrorsAsked", "share", ({ asked, errors }) =>
    asked === undefined || errors.offered === 0 ? undefined : chanceOfOne(asked, 10),
  ),
  // The slowest 1 % of each route (latency-buckets.ts), and routes under 5 % of the traffic.
  thinned("tailRecall", ({ tail }, { thinning }) => recall(tail, thinning)),
  thinned("rareRouteRecall", ({ rare }, { thinning }) => recall(rare, thinning)),
  // Distinct shapes (trace-anatomy.ts) and calls between services seen, of those there are (coverage.ts).
  thinned("shapeCoverage", ({ shapes }, { shapes: all, thinning }) => coverageOf(shapes.counts, all, thinning)),
  thinned("rareShapeCoverage", ({ shapes }, { shapes: all, thinning }) =>
    coverageOf(shapes.counts, rareOf(all), thinning),
  ),
  thinned("edgeCoverage", ({ edges }, { edges: all, thinning }) => coverageOf(edges.counts, all, thinning)),
  // Horvitz–Thompson and Hájek estimates with a valid weight (weighted.ts), naive ones without, against the truth.
  errorOf("requestCountError", "requests"),
  errorOf("errorRateError", "errorRate"),
  errorOf("p50Error", "p50Ms"),
  errorOf("p95Error", "p95Ms"),
  errorOf("p99Error", "p99Ms"),
  // √V̂ / N̂ (equal-budget.ts): how far off the count is expected to be.
  {
    ...thinned("requestCountStandardError", (fidelity, { thinning }) => countError(fidelity, thinning)),
    bounded: false,
  },
  // Of the intervals claimed at 95 %, those that hold the truth.
  own("intervalCoverage", "share", ({ intervals }) =>
    intervals.claimed === 0 ? undefined : intervals.covered / intervals.claimed,
  ),
  // Kept against all latencies (distance.ts), of the route where they differ most.
  own("ksDistance", "distance", (fidelity) => widest(fidelity, "ksDistance")),
  own("jsDistance", "distance", (fidelity) => widest(fidelity, "jsDistance")),
  // Whole traces of those that arrived; spans without their parent; traces without their root; services' first spans whose caller dropped.
  own("wholeTraces", "share", ({ traces }) => (traces.arrived === 0 ? undefined : traces.whole / traces.arrived)),
  own("orphanSpans", "spans", ({ spans }) => spans.orphans),
  own("rootlessTraces", "traces", ({ traces }) => traces.rootless),
  own("consistencyViolations", "spans", ({ spans }) => spans.violations),
  // Failures of the scenario's incident, and how long until the first of them was there to be seen.
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
