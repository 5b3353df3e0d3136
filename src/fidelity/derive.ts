import type { Estimated, Fidelity, Figures, KeptOf } from "../record/fidelity.ts";
import { jsDistance, ksDistance } from "./distance.ts";
import { figuresOf, rounded, sumOfKept, sumOfTruths } from "./figures.ts";
import { emptyRoute, type Kept, type RouteKept } from "./kept.ts";
import { sorted, tailStart } from "./latency-buckets.ts";
import type { RouteTruth, Truth } from "./truth.ts";

/** Routes (and shapes) under this share of the traffic are rare. */
export const RARE_SHARE = 0.05;

/** How much of the lists is written out; the counts always hold all. */
export interface Limits {
  readonly routes: number;
  readonly shapes: number;
  readonly edges: number;
}

/** Keeps what is stored for a trial below a few kB. */
export const STORED: Limits = { routes: 16, shapes: 128, edges: 64 };

/** From the accumulated tallies to the figures; everything that is divided is divided here. */
export function deriveFidelity(truth: Truth, kept: Kept, inclusion?: number, limits: Limits = STORED): Fidelity {
  const weight = weightSource(kept, inclusion);
  const rows = routeRows(truth, kept, weight !== "none");
  const all = figuresOf(sumOfTruths(truth.routes.values()), sumOfKept(kept.routes.values()), weight !== "none");
  const rare = rows.filter(({ truth: route }) => route.requests < RARE_SHARE * truth.requests);
  const listed = rows.toSorted((a, b) => b.truth.requests - a.truth.requests || (a.name < b.name ? -1 : 1));
  return {
    requests: truth.requests,
    unanswered: truth.unanswered,
    ...(inclusion !== undefined && { asked: inclusion }),
    traces: { arrived: kept.traces, whole: kept.whole, partial: kept.partial, rootless: kept.rootless },
    spans: { arrived: kept.spans, orphans: kept.orphans, violations: kept.violations },
    errors: { offered: truth.failed, kept: kept.failedWhole },
    classes: Object.fromEntries(
      [...truth.classes].map(([name, offered]) => [name, { offered, kept: kept.classes.get(name) ?? 0 }]),
    ),
    tail: summed(rows.map((row) => row.stored.tail)),
    rare: {
      ...summed(rare.map((row) => row.stored)),
      routes: rare.length,
      routesSeen: rare.filter((row) => row.stored.kept > 0).length,
    },
    weight,
    ...(weight !== "none" && { countVariance: rounded(sumOfKept(kept.routes.values()).variance) }),
    intervals: intervalsOf([all, ...rows.map((row) => row.stored.figures)]),
    all,
    routes: Object.fromEntries(listed.slice(0, limits.routes).map((row) => [row.name, row.stored])),
    shapes: mostFrequent(kept.shapes, kept.omittedShapes, limits.shapes),
    edges: mostFrequent(kept.edges, kept.omittedEdges, limits.edges),
  };
}

/** Either the probability is the same for every trace, or each must bring its own: one without makes every estimate invalid. */
function weightSource(kept: Kept, inclusion: number | undefined): Fidelity["weight"] {
  if (inclusion !== undefined) return inclusion > 0 ? "inclusion" : "none";
  return kept.unweighted > 0 || kept.traces === 0 ? "none" : "adjusted count";
}

function routeRows(truth: Truth, kept: Kept, weighted: boolean) {
  return [...truth.routes].map(([name, route]) => {
    const row = kept.routes.get(name) ?? emptyRoute();
    return { name, truth: route, stored: storedRoute(route, row, weighted) };
  });
}

function storedRoute(truth: RouteTruth, kept: RouteKept, weighted: boolean): Fidelity["routes"][string] {
  const [ks, js] = [ksDistance(kept.seenLatency, truth.latency), jsDistance(kept.seenLatency, truth.latency)];
  return {
    offered: truth.requests,
    kept: kept.whole,
    tail: tailOf(truth, kept),
    ...(ks !== undefined && { ksDistance: rounded(ks) }),
    ...(js !== undefined && { jsDistance: rounded(js) }),
    figures: figuresOf(truth, kept, weighted),
  };
}

function tailOf(truth: RouteTruth, kept: RouteKept): KeptOf {
  const start = tailStart(sorted(truth.latency), truth.requests);
  const from = (counts: ReadonlyMap<number, number>): number =>
    [...counts].reduce((sum, [bucket, count]) => sum + (bucket >= start ? count : 0), 0);
  return { offered: from(truth.latency), kept: from(kept.wholeLatency) };
}

function summed(recalls: readonly KeptOf[]): KeptOf {
  return recalls.reduce((sum, { offered, kept }) => ({ offered: sum.offered + offered, kept: sum.kept + kept }), {
    offered: 0,
    kept: 0,
  });
}

function intervalsOf(figures: readonly Figures[]): Fidelity["intervals"] {
  const claimed = figures
    .flatMap((set) => Object.values<Estimated>(set))
    .filter((figure) => figure.low !== undefined && figure.high !== undefined);
  return {
    claimed: claimed.length,
    covered: claimed.filter(({ truth, low, high }) => low! <= truth && truth <= high!).length,
  };
}

function mostFrequent(counts: ReadonlyMap<string, number>, omitted: number, most: number): Fidelity["shapes"] {
  const ordered = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return {
    counts: Object.fromEntries(ordered.slice(0, most)),
    omitted: omitted + Math.max(0, ordered.length - most),
  };
}
