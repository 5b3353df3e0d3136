import { z } from "zod";
import type { RequestTable } from "../load/job.ts";
import type { SpanIds, SpanTable } from "../sink/protocol.ts";

/** What driver and sink recorded of one trial, before it is judged. In memory only; `fidelity` is what stays. */
export interface Evidence {
  readonly requests: RequestTable;
  readonly spans: SpanTable;
  /** Absent where no process of the target keeps books. */
  readonly losses?: Losses;
}

/** The sampled spans that did not arrive. */
export interface Losses {
  /** By the ledger. */
  readonly spans: number;
  /** Those whose ids are known; some may have arrived all the same. */
  readonly named: readonly SpanIds[];
}

const count = z.int().nonnegative();
/** `kept` of `offered`. The recall is kept / offered. */
const keptOf = z.object({ offered: count, kept: count });

/** A figure of all requests, and what the kept traces alone would have told. Absent: nothing to estimate from, or no interval that holds. */
const estimatedSchema = z.object({
  truth: z.number(),
  estimate: z.number().optional(),
  low: z.number().optional(),
  high: z.number().optional(),
});

/** What can be estimated from kept traces, for one route or for all together. */
const figuresSchema = z.object({
  requests: estimatedSchema,
  /** Failed / all, 0 to 1. */
  errorRate: estimatedSchema,
  p50Ms: estimatedSchema,
  p95Ms: estimatedSchema,
  p99Ms: estimatedSchema,
});

const routeSchema = z.object({
  ...keptOf.shape,
  /** Requests at or above the route's p99, and those kept whole. */
  tail: keptOf,
  /** Between the latencies of kept and of all requests, 0 to 1; absent where nothing was kept. */
  ksDistance: z.number().optional(),
  jsDistance: z.number().optional(),
  figures: figuresSchema,
});

/**
 * How well the kept traces of one trial tell the truth about its requests. Plain counts, so that rounds can be pooled
 * and strategies compared at an equal span budget without the evidence. What each figure means: estimate/fidelity/.
 * A request is `kept` where its trace arrived whole; when it `failed` is told in estimate/fidelity/failure.ts.
 */
export const fidelitySchema = z.object({
  /** Requests with a complete answer within the window; only these are judged. */
  requests: count,
  /** Requests without one (timed out, refused, unfinished): nobody knows their latency. */
  unanswered: count,
  /** The share of traces the sampler was asked to keep, where it has one for every trace. */
  asked: z.number().min(0).max(1).optional(),
  /**
   * Traces of judged requests, of which any span arrived. `whole`: all sampled spans are there, and each leads to the
   * root. `rootless` lack the root, `partial` have it and lack others.
   */
  traces: z.object({
    arrived: count,
    whole: count,
    partial: count,
    rootless: count,
    /**
     * Spans that the trial lost, and nobody knows of which trace: where there are any, `whole` and all that rests on it
     * are upper bounds. Absent where lost spans have no names: without books, and in older files.
     */
    unnamedLosses: count.optional(),
  }),
  spans: z.object({
    arrived: count,
    /** Spans whose parent is not there. */
    orphans: count,
    /** Of those: a service's first span (server or consumer): it kept what its caller dropped. */
    violations: count,
  }),
  errors: keptOf,
  /** Requests whose whole trace tells another story than their answer: failed without a span of status ERROR, or not failed and with one. */
  spanStatus: z.object({ failuresUnmarked: count, errorsUncounted: count }).optional(),
  classes: z.record(z.string(), keptOf),
  /** The slowest 1 % of each route, all routes together. */
  tail: keptOf,
  /** Requests to routes under 5 % of the traffic. */
  rare: z.object({ ...keptOf.shape, routes: count, routesSeen: count }),
  /** Where the weight of a kept trace comes from. `none`: no valid weight; the estimates are naive. */
  weight: z.enum(["inclusion", "adjusted count", "none"]),
  /** Sum of w(w − 1) over kept traces: the estimated variance of the request count; for the equal budget. */
  countVariance: z.number().optional(),
  /** Estimated figures that claim a 95 % interval, and those whose interval covers the truth. */
  intervals: z.object({ claimed: count, covered: count }),
  all: figuresSchema,
  routes: z.record(z.string(), routeSchema),
  /** Whole traces by shape (hash of their service-and-operation paths), most frequent first; `omitted` further shapes are not listed. */
  shapes: z.object({ counts: z.record(z.string(), count), omitted: count }),
  /** Whole or not, traces in which one service's span is the parent of another's: `gateway>order`. */
  edges: z.object({ counts: z.record(z.string(), count), omitted: count }),
  /** Failed requests of the incident's route since it began, and the time from its beginning to the end of the first one kept. */
  incident: z.object({ ...keptOf.shape, firstKeptMs: z.number().optional() }).optional(),
});
export type Fidelity = z.infer<typeof fidelitySchema>;
export type KeptOf = z.infer<typeof keptOf>;
export type Estimated = z.infer<typeof estimatedSchema>;
export type Figures = z.infer<typeof figuresSchema>;
