import type { Estimated, Fidelity, Figures, KeptOf } from "../../record/fidelity.ts";
import { chanceOfOne, coverageOf, rareOf, type Counts } from "./coverage.ts";
import type { Range, Share } from "./over-rounds.ts";
import { countError, spansPerRequest } from "./equal-budget.ts";

/** What a trial is judged against: all shapes and edges that could be seen, and how far kept traces are thinned. */
export interface Reference {
  readonly shapes: Counts;
  readonly edges: Counts;
  /** What keeping everything costs, where that is known. */
  readonly spansPerRequest?: number | undefined;
  readonly bytesPerRequest?: number | undefined;
  /** The trial is the one whose shapes and edges these are: it covers them by definition. */
  readonly isOwn?: boolean;
  /** 1 at the strategy's own setting; see equal-budget.ts. */
  readonly thinning: number;
}

/** Of one trial: a share with its counts where there are any, so that its interval knows how many it rests on. */
export interface FidelityMetric {
  readonly name: string;
  readonly unit: string;
  /** What it cannot leave. */
  readonly range: Range;
  /** What is told of a share; see over-rounds.ts. */
  readonly told?: (share: number) => number;
  /** True where it is also told at the equal span budget, as `…AtEqualBudget`. */
  readonly thinnable: boolean;
  /** It counts whole traces: an upper bound where some only seem to be whole. */
  readonly ofWhole?: true;
  /** It is held against what the reference saw. */
  readonly ofReference?: true;
  /** Undefined where the trial says nothing about it. */
  readonly of: (fidelity: Fidelity, reference: Reference, sent?: Sent) => number | Share | undefined;
}

/** What the record of the trial says beside its fidelity. */
export interface Sent {
  readonly bytesPerRequest?: number | undefined;
}

const recall = ({ offered, kept }: KeptOf, thinning = 1): Share | undefined =>
  offered === 0 ? undefined : { kept, offered, thinning };

const relativeError = ({ truth, estimate }: Estimated): number | undefined =>
  estimate === undefined || truth === 0 ? undefined : estimate / truth - 1;

const own = (name: string, unit: string, of: FidelityMetric["of"]): FidelityMetric => {
  return { name, unit, range: unit === "share" || unit === "distance" ? [0, 1] : [0, Infinity], thinnable: false, of };
};
const thinned = (name: string, of: FidelityMetric["of"]): FidelityMetric => {
  return { name, unit: "share", range: [0, 1], thinnable: true, of };
};
/** Of what was kept whole. */
const wholly = (name: string, of: FidelityMetric["of"]): FidelityMetric => ({ ...thinned(name, of), ofWhole: true });
/** A share of what keeping everything would be. It may pass 1, where trials differ. */
const part = (name: string, of: FidelityMetric["of"]): FidelityMetric => {
  return { name, unit: "share", range: [0, Infinity], thinnable: false, ofReference: true, of };
};
/** Estimate / truth − 1 of a figure of all requests. */
const errorOf = (name: string, figure: keyof Figures): FidelityMetric => {
  return { name, unit: "share", range: [-1, Infinity], thinnable: false, of: ({ all }) => relativeError(all[figure]) };
};
/**
 * Distinct things seen of those there are (coverage.ts). Things of one trace are seen together or not at all, so a round
 * counts for no more of them than it has requests; what shares many traces is still taken for independent.
 */
const covering = (
  name: string,
  kept: (fidelity: Fidelity) => Counts,
  universe: (reference: Reference) => Counts,
): FidelityMetric => ({
  ...thinned(name, (fidelity, reference) => {
    const covered = coverageOf(kept(fidelity), universe(reference), reference.thinning);
    if (covered === undefined) return undefined;
    if (reference.isOwn && reference.thinning === 1) return 1;
    const apart = Math.min(1, fidelity.requests / covered.offered);
    return { kept: covered.kept * apart, offered: covered.offered * apart };
  }),
  ofReference: true,
});

const partOf = (part: number | undefined, all: number | undefined): number | undefined =>
  part === undefined || all === undefined || all === 0 ? undefined : part / all;

const widest = (fidelity: Fidelity, distance: "ksDistance" | "jsDistance"): number | undefined => {
  const values = Object.values(fidelity.routes).flatMap((route) => route[distance] ?? []);
  return values.length === 0 ? undefined : Math.max(...values);
};

/** Every fidelity figure of a strategy, in the order of the report. */
export const FIDELITY_METRICS: readonly FidelityMetric[] = [
  // Requests of which any span arrived; asked is the sampler's inclusion probability.
  // A request may have several traces, where its context was lost on the way.
  own("keptTraces", "share", ({ traces, requests }) =>
    recall({ offered: requests, kept: Math.min(traces.arrived, requests) }),
  ),
  own("askedTraces", "share", ({ asked }) => asked),
  own("keptSpansPerRequest", "spans/request", spansPerRequest),
  // Of what keeping everything would be: always_on in the same round, or the whole recording. Bytes on the wire.
  part("keptSpans", (fidelity, { spansPerRequest: all }) => partOf(spansPerRequest(fidelity), all)),
  part("keptBytes", (_fidelity, { bytesPerRequest: all }, sent) => partOf(sent?.bytesPerRequest, all)),
  // Failed requests whose trace arrived whole.
  wholly("errorRecall", ({ errors }, { thinning }) => recall(errors, thinning)),
  // At least one of ten failures, 1 − (1 − p)^10: with the recall that was measured, and with the share that was asked for.
  {
    ...wholly("oneOfTenErrors", ({ errors }, { thinning }) => recall(errors, thinning)),
    told: (share) => chanceOfOne(share, 10),
  },
  own("oneOfTenErrorsAsked", "share", ({ asked, errors }) =>
    asked === undefined || errors.offered === 0 ? undefined : chanceOfOne(asked, 10),
  ),
  // The slowest 1 % of each route (latency-buckets.ts), and routes under 5 % of the traffic.
  wholly("tailRecall", ({ tail }, { thinning }) => recall(tail, thinning)),
  wholly("rareRouteRecall", ({ rare }, { thinning }) => recall(rare, thinning)),
  // Distinct shapes (trace-anatomy.ts) and calls between services seen, of those there are (coverage.ts).
  {
    ...covering(
      "shapeCoverage",
      ({ shapes }) => shapes.counts,
      ({ shapes }) => shapes,
    ),
    ofWhole: true,
  },
  {
    ...covering(
      "rareShapeCoverage",
      ({ shapes }) => shapes.counts,
      ({ shapes }) => rareOf(shapes),
    ),
    ofWhole: true,
  },
  covering(
    "edgeCoverage",
    ({ edges }) => edges.counts,
    ({ edges }) => edges,
  ),
  // Horvitz–Thompson and Hájek estimates with a valid weight (weighted.ts), naive ones without, against the truth.
  errorOf("requestCountError", "requests"),
  errorOf("errorRateError", "errorRate"),
  errorOf("p50Error", "p50Ms"),
  errorOf("p95Error", "p95Ms"),
  errorOf("p99Error", "p99Ms"),
  // √V̂ / N̂ (equal-budget.ts): how far off the count is expected to be.
  {
    ...thinned("requestCountStandardError", (fidelity, { thinning }) => countError(fidelity, thinning)),
    range: [0, Infinity],
  },
  // Of the intervals claimed at 95 %, those that hold the truth. Figures of one trial overlap, so its own interval is a guide.
  own("intervalCoverage", "share", ({ intervals }) => recall({ offered: intervals.claimed, kept: intervals.covered })),
  // Kept against all latencies (distance.ts), of the route where they differ most.
  own("ksDistance", "distance", (fidelity) => widest(fidelity, "ksDistance")),
  own("jsDistance", "distance", (fidelity) => widest(fidelity, "jsDistance")),
  // Traces with all their sampled spans, of those that arrived; spans without their parent; traces without their root;
  // services' first spans whose caller dropped.
  {
    ...own("wholeTraces", "share", ({ traces }) => recall({ offered: traces.arrived, kept: traces.whole })),
    ofWhole: true,
  },
  own("orphanSpans", "spans", ({ spans }) => spans.orphans),
  own("rootlessTraces", "traces", ({ traces }) => traces.rootless),
  own("consistencyViolations", "spans", ({ spans }) => spans.violations),
  // Failures of the scenario's incident, and how long until the first of them was there to be seen.
  { ...own("incidentRecall", "share", ({ incident }) => incident && recall(incident)), ofWhole: true },
  own("incidentFirstKeptMs", "ms", ({ incident }) => incident?.firstKeptMs),
];

/** The recall of one class of requests, for each class the trials know. */
export function classMetrics(fidelities: readonly Fidelity[]): FidelityMetric[] {
  const classes = new Set(fidelities.flatMap(({ classes }) => Object.keys(classes)));
  return [...classes]
    .toSorted()
    .map((name) =>
      wholly(`classRecall:${name}`, ({ classes }, { thinning }) => classes[name] && recall(classes[name], thinning)),
    );
}

/** Routes with figures of their own, the busiest first. */
const MOST_ROUTES = 16;

/** What is told of single routes, as `tailRecall:GET /orders`; errors and distances as of all requests. */
export function routeMetrics(fidelities: readonly Fidelity[]): FidelityMetric[] {
  const routes = new Set(fidelities.flatMap((fidelity) => Object.keys(fidelity.routes)));
  return [...routes].slice(0, MOST_ROUTES).flatMap((name) => {
    const ofRoute = (
      metric: string,
      unit: string,
      of: (route: Fidelity["routes"][string]) => number | Share | undefined,
    ): FidelityMetric => ({
      name: `${metric}:${name}`,
      unit,
      range: [0, 1],
      thinnable: false,
      of: ({ routes }) => routes[name] && of(routes[name]),
    });
    const error = (metric: string, figure: keyof Figures): FidelityMetric => ({
      ...ofRoute(metric, "share", ({ figures }) => relativeError(figures[figure])),
      range: [-1, Infinity],
    });
    return [
      { ...ofRoute("tailRecall", "share", ({ tail }) => recall(tail)), ofWhole: true },
      error("requestCountError", "requests"),
      error("errorRateError", "errorRate"),
      error("p50Error", "p50Ms"),
      error("p95Error", "p95Ms"),
      error("p99Error", "p99Ms"),
      ofRoute("ksDistance", "distance", ({ ksDistance }) => ksDistance),
      ofRoute("jsDistance", "distance", ({ jsDistance }) => jsDistance),
    ];
  });
}
