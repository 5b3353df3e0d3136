import { countKey, firstKeys, noCounts, type DistinctCounts } from "./distinct-counts.ts";
import { add, bucketOf } from "./latency-buckets.ts";
import type { TraceAnatomy } from "./trace-anatomy.ts";
import type { AnsweredRequest } from "./truth.ts";
import { HEAVIEST, weightUnits } from "./weighted.ts";

/** What arrived of one request's trace. */
export interface KeptTrace extends TraceAnatomy {
  /** 1 / inclusion probability of the root; NaN if it is not known. */
  readonly weight: number;
}

/** The whole traces of a route. */
interface RouteKept {
  whole: number;
  /** By bucket of latency. */
  readonly latency: Map<number, number>;
}

/** Sums over the kept traces that have their root, and can therefore be counted. */
export interface Seen {
  requests: number;
  failed: number;
  /** Traces by bucket of latency. */
  readonly latency: Map<number, number>;
  /** Σ w and Σ w(w − 1), of all and of the failed: exact, see weighted.ts. */
  weight: bigint;
  variance: bigint;
  failedWeight: bigint;
  failedVariance: bigint;
  readonly weightByLatency: Map<number, bigint>;
}

const MOST_SHAPES = 20_000;
const MOST_EDGES = 5_000;

/**
 * What one strategy kept of the truth. Its size does not grow with the number of traces. All of it are sums, the same in
 * any order of the traces: those of parts of the traces add up to those of all.
 */
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
  readonly seen: Seen = {
    requests: 0,
    failed: 0,
    latency: new Map(),
    weight: 0n,
    variance: 0n,
    failedWeight: 0n,
    failedVariance: 0n,
    weightByLatency: new Map(),
  };
  readonly shapes = noCounts();
  readonly edges = noCounts();

  /** `route` is the name under which the truth counts the request. */
  add(request: AnsweredRequest, route: string, trace: KeptTrace): void {
    this.addFurther(trace);
    const bucket = bucketOf(request.latencyUs);
    if (trace.whole) this.addWhole(request, route, bucket);
    this.addShape(trace);
    if (trace.root !== undefined) this.addSeen(request, bucket, trace.weight);
  }

  /** Counts the spans of a trace that stands for no further request: a second trace of the same one. */
  addFurther(trace: TraceAnatomy): void {
    this.traces++;
    if (trace.root === undefined) this.rootless++;
    else if (trace.whole) this.whole++;
    else this.partial++;
    this.spans += trace.spans;
    this.orphans += trace.orphans;
    this.violations += trace.violations;
    for (const edge of trace.edges) countKey(this.edges, edge, MOST_EDGES);
  }

  addShape({ shape }: TraceAnatomy): void {
    if (shape !== undefined) countKey(this.shapes, shape, MOST_SHAPES);
  }

  private addWhole(request: AnsweredRequest, name: string, bucket: number): void {
    const route = this.routes.get(name) ?? { whole: 0, latency: new Map<number, number>() };
    this.routes.set(name, route);
    route.whole++;
    add(route.latency, bucket, 1);
    if (request.failed) this.failedWhole++;
  }

  private addSeen({ failed }: AnsweredRequest, bucket: number, weight: number): void {
    const { seen } = this;
    seen.requests++;
    if (failed) seen.failed++;
    add(seen.latency, bucket, 1);
    if (!(weight >= 1 && weight <= HEAVIEST)) {
      this.unweighted++;
      return;
    }
    const units = weightUnits(weight);
    seen.weight += units.weight;
    seen.variance += units.variance;
    if (failed) {
      seen.failedWeight += units.weight;
      seen.failedVariance += units.variance;
    }
    seen.weightByLatency.set(bucket, (seen.weightByLatency.get(bucket) ?? 0n) + units.weight);
  }
}

export function shapesOf({ shapes }: Kept): DistinctCounts {
  return firstKeys(shapes, MOST_SHAPES);
}

export function edgesOf({ edges }: Kept): DistinctCounts {
  return firstKeys(edges, MOST_EDGES);
}
