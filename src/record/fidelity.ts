import { z } from "zod";

const count = z.int().nonnegative();
/** `kept` of `offered`. The recall is kept / offered. */
const keptOf = z.object({ offered: count, kept: count });

/** A figure of all requests, and its estimate from the kept traces with a 95 % interval. Absent: nothing to estimate from, or no interval that holds. */
export const estimatedSchema = z.object({
  truth: z.number(),
  estimate: z.number().optional(),
  low: z.number().optional(),
  high: z.number().optional(),
});

const figuresSchema = z.object({
  requests: estimatedSchema,
  /** Failed / all, 0 to 1. */
  errorRate: estimatedSchema,
  p50Ms: estimatedSchema,
  p99Ms: estimatedSchema,
});

const countsSchema = z.object({ counts: z.record(z.string(), count), omitted: count });

/**
 * What sampling kept of the requests of one trial. Plain counts, so that rounds can be pooled without the evidence.
 * A request is `kept` if its trace arrived whole; what `failed` means is defined in fidelity/failure.ts.
 */
export const fidelitySchema = z.object({
  /** Requests with a complete answer within the window; only these count. */
  requests: count,
  /** Requests without one (timed out, refused, unfinished): their latency is unknown. */
  unanswered: count,
  /** The share of traces the sampler was asked to keep, if it has one for every trace. */
  asked: z.number().min(0).max(1).optional(),
  /**
   * Traces of counted requests of which any span arrived. `whole`: all sampled spans are there, and each leads to the
   * root. `rootless` lack the root, `partial` have it and lack others.
   */
  traces: z.object({
    arrived: count,
    whole: count,
    partial: count,
    rootless: count,
    /** Lost spans of unknown traces: if there are any, `whole` and all that rests on it are upper bounds. Absent without a ledger. */
    unnamedLosses: count.optional(),
  }),
  spans: z.object({
    /** In traces of counted requests. */
    arrived: count,
    /** Of the window's spans: those whose trace names its request. Absent if all do. */
    namedShare: z.number().min(0).max(1).optional(),
    /** Spans whose parent is not there. */
    orphans: count,
    /** Orphans that are a service's first span (server or consumer): the service kept what its caller dropped. */
    violations: count,
  }),
  errors: keptOf,
  /** Requests whose whole trace disagrees with their answer: failed without a span of status ERROR, or not failed and with one. */
  spanStatus: z.object({ failuresUnmarked: count, errorsUncounted: count }).optional(),
  /** The slowest 1 % of each route, all routes together. */
  tail: keptOf,
  /** Requests to routes under 5 % of the traffic. */
  rare: keptOf,
  /** Where the weight of a kept trace comes from. `none`: no valid weight; the estimates take the kept traces for all. */
  weight: z.enum(["inclusion", "adjusted count", "none"]),
  all: figuresSchema,
  /** Whole traces by shape (hash of their service-and-operation paths), most frequent first; `omitted` is above 0 if further shapes are not listed. */
  shapes: countsSchema,
  /** Whole or not, traces in which one service's span is the parent of another's: `gateway>order`. */
  edges: countsSchema,
  /** Failed requests of the incident's route since it began, and the time from its beginning to the end of the first one kept. */
  incident: z.object({ ...keptOf.shape, firstKeptMs: z.number().optional() }).optional(),
});
export type Fidelity = z.infer<typeof fidelitySchema>;
export type KeptOf = z.infer<typeof keptOf>;
export type Estimated = z.infer<typeof estimatedSchema>;
export type Figures = z.infer<typeof figuresSchema>;
