import { add, bucketOf } from "./latency-buckets.ts";
import type { TraceAnatomy } from "./trace-anatomy.ts";
import type { JudgedRequest } from "./truth.ts";

/** What arrived of one request's trace. */
export interface KeptTrace extends TraceAnatomy {
  /** 1 / inclusion probability, of the root; NaN where it is not known. */
  readonly weight: number;
}

/** Sums over those kept traces of a route whose root is there: they can be counted. */
export interface RouteKept {
  whole: number;
  seen: number;
  failedSeen: number;
  /** Whole traces by bucket of latency. */
  readonly wholeLatency: Map<number, number>;
  readonly seenLatency: Map<number, number>;
  /** Σ w and Σ w(w − 1), of all and of the failed. */
  weight: number;
  variance: number;
  failedWeight: number;
  failedVariance: number;
  readonly weightByLatency: Map<number, number>;
}

const MOST_SHAPES = 20_000;
const MOST_EDGES = 5_000;

/** What one strategy kept of the truth. Its size does not grow with the number of traces. */
export class Kept {
  traces = 0;
  whole = 0;
  partial = 0;
  rootless = 0;
  spans = 0;
  orphans = 0;
  violations = 0;
  failedWhole = 0;
  /** Traces with a root and no weight: one is enough to make every weighted estimate invalid. */
  unweighted = 0;
  readonly routes = new Map<string, RouteKept>();
  /** Whole traces by the request's class. */
  readonly classes = new Map<string, number>();
  readonly shapes = new Map<string, number>();
  readonly edges = new Map<string, number>();
  omittedShapes = 0;
  omittedEdges = 0;

  /** `route` is the name the truth judges it under. */
  add(request: JudgedRequest, route: string, trace: KeptTrace): void {
    this.addFurther(trace);
    const row = this.routeRow(route);
    const bucket = bucketOf(request.latencyUs);
    if (trace.whole) this.addWhole(request, row, bucket, trace.shape);
    if (trace.root !== undefined) this.addSeen(request, row, bucket, trace.weight);
  }

  /** Counts the spans of a trace that stands for no further request: a second trace of the same one. */
  addFurther(trace: KeptTrace): void {
    this.traces++;
    if (trace.root === undefined) this.rootless++;
    else if (trace.whole) this.whole++;
    else this.partial++;
    this.spans += trace.spans;
    this.orphans += trace.orphans;
    this.violations += trace.violations;
    for (const edge of trace.edges) this.omittedEdges += countUpTo(this.edges, edge, MOST_EDGES);
  }

  private addWhole(request: JudgedRequest, row: RouteKept, bucket: number, shape: string | undefined): void {
    row.whole++;
    if (request.failed) this.failedWhole++;
    this.classes.set(request.class, (this.classes.get(request.class) ?? 0) + 1);
    add(row.wholeLatency, bucket, 1);
    if (shape !== undefined) this.omittedShapes += countUpTo(this.shapes, shape, MOST_SHAPES);
  }

  private addSeen(request: JudgedRequest, row: RouteKept, bucket: number, weight: number): void {
    row.seen++;
    if (request.failed) row.failedSeen++;
    add(row.seenLatency, bucket, 1);
    if (!(weight >= 1)) {
      this.unweighted++;
      return;
    }
    const variance = weight * (weight - 1);
    row.weight += weight;
    row.variance += variance;
    if (request.failed) {
      row.failedWeight += weight;
      row.failedVariance += variance;
    }
    add(row.weightByLatency, bucket, weight);
  }

  private routeRow(name: string): RouteKept {
    const known = this.routes.get(name);
    if (known !== undefined) return known;
    const row = emptyRoute();
    this.routes.set(name, row);
    return row;
  }
}

export function emptyRoute(): RouteKept {
  return {
    whole: 0,
    seen: 0,
    failedSeen: 0,
    wholeLatency: new Map(),
    seenLatency: new Map(),
    weight: 0,
    variance: 0,
    failedWeight: 0,
    failedVariance: 0,
    weightByLatency: new Map(),
  };
}

/** Counts `key`; returns 1 where there is no room for a new one, else 0. */
function countUpTo(counts: Map<string, number>, key: string, most: number): number {
  const known = counts.get(key);
  if (known === undefined && counts.size >= most) return 1;
  counts.set(key, (known ?? 0) + 1);
  return 0;
}
