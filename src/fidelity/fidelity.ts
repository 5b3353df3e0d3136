import { sumOf, total } from "../base/sum-of.ts";
import type { Fidelity, KeptOf } from "../record/fidelity.ts";
import type { DistinctCounts } from "./distinct-counts.ts";
import { figuresOf } from "./figures.ts";
import { edgesOf, shapesOf, type Kept } from "./kept.ts";
import { sorted, tailStart } from "./latency-buckets.ts";
import type { RouteTruth, Truth } from "./truth.ts";

/** Routes with a smaller share of the requests are rare. */
const RARE_SHARE = 0.05;

const NOTHING: KeptOf = { offered: 0, kept: 0 };

/** How many shapes and edges are listed; what is left out is counted. */
interface Limits {
  readonly shapes: number;
  readonly edges: number;
}

/** Keeps what is stored of a trial below a few kB. */
const STORED: Limits = { shapes: 128, edges: 64 };

/** The fidelity from the tallies of all requests and of the kept traces. `inclusion`: the inclusion probability of every trace. */
export function deriveFidelity(truth: Truth, kept: Kept, inclusion?: number, limits: Limits = STORED): Fidelity {
  const weight = weightSource(kept, inclusion);
  const routes = [...truth.routes].map(([name, route]) => {
    const own = kept.routes.get(name);
    return { truth: route, kept: own?.whole ?? 0, tail: tailOf(route, own?.latency ?? new Map()) };
  });
  const rare = routes.filter((route) => route.truth.requests < RARE_SHARE * truth.requests);
  return {
    requests: truth.requests,
    unanswered: truth.unanswered,
    ...(inclusion !== undefined && { asked: inclusion }),
    traces: { arrived: kept.traces, whole: kept.whole, partial: kept.partial, rootless: kept.rootless },
    spans: { arrived: kept.spans, orphans: kept.orphans, violations: kept.violations },
    errors: { offered: truth.failed, kept: kept.failedWhole },
    tail: routes.map(({ tail }) => tail).reduce(sumOf, NOTHING),
    rare: { offered: total(rare, ({ truth: { requests } }) => requests), kept: total(rare, ({ kept: own }) => own) },
    weight,
    all: figuresOf(truth, kept.seen, weight !== "none"),
    shapes: mostFrequent(shapesOf(kept), limits.shapes),
    edges: mostFrequent(edgesOf(kept), limits.edges),
  };
}

/**
 * Either the probability is the same for every trace, or each must bring its own: one without makes every estimate invalid.
 * Traces that all lack their root say nothing of the requests.
 */
function weightSource(kept: Kept, inclusion: number | undefined): Fidelity["weight"] {
  const isRootless = kept.traces > 0 && kept.seen.requests === 0;
  if (isRootless) return "none";
  if (inclusion !== undefined) return inclusion > 0 ? "inclusion" : "none";
  return kept.unweighted > 0 || kept.traces === 0 ? "none" : "adjusted count";
}

function tailOf(truth: RouteTruth, kept: ReadonlyMap<number, number>): KeptOf {
  const start = tailStart(sorted(truth.latency), truth.requests);
  const from = (counts: ReadonlyMap<number, number>): number =>
    total(counts, ([bucket, count]) => (bucket >= start ? count : 0));
  return { offered: from(truth.latency), kept: from(kept) };
}

function mostFrequent({ counts, omitted }: DistinctCounts, most: number): Fidelity["shapes"] {
  const ordered = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return {
    counts: Object.fromEntries(ordered.slice(0, most)),
    omitted: omitted + Math.max(0, ordered.length - most),
  };
}
