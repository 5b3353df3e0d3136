import type { Estimated, Figures } from "../record/fidelity.ts";
import { emptyRoute, type RouteKept } from "./kept.ts";
import { add, bucketMs, quantile, sorted } from "./latency-buckets.ts";
import type { RouteTruth } from "./truth.ts";
import { countOf, quantileOf, shareOf, type Interval } from "./weighted.ts";

/**
 * The figures of one route (or of all), in truth and as the kept traces tell them. With valid weights these are
 * Horvitz–Thompson and Hájek estimates with 95 % intervals (weighted.ts); without, the naive ones: what is kept
 * stands for all, and no interval is claimed.
 * The latency of a kept request is the one its sender saw, so that the error shown is sampling's alone.
 */
export function figuresOf(truth: RouteTruth, kept: RouteKept, weighted: boolean): Figures {
  const latency = sorted(truth.latency);
  const told = weighted ? weightedFigures(kept) : naiveFigures(kept);
  return {
    requests: estimated(truth.requests, told.requests),
    errorRate: estimated(truth.requests === 0 ? 0 : truth.failed / truth.requests, told.errorRate),
    p50Ms: inMs(quantile(latency, 0.5), told.quantiles(0.5)),
    p95Ms: inMs(quantile(latency, 0.95), told.quantiles(0.95)),
    p99Ms: inMs(quantile(latency, 0.99), told.quantiles(0.99)),
  };
}

interface Told {
  readonly requests: Interval;
  readonly errorRate: Interval | undefined;
  /** In buckets. */
  quantiles(share: number): Interval | undefined;
}

function weightedFigures(kept: RouteKept): Told {
  const all = { kept: kept.seen, weight: kept.weight, variance: kept.variance };
  const failed = { kept: kept.failedSeen, weight: kept.failedWeight, variance: kept.failedVariance };
  const ordered = sorted(kept.weightByLatency);
  return {
    requests: countOf(all),
    errorRate: shareOf(all, failed),
    quantiles: (share) => quantileOf(ordered, share, all),
  };
}

function naiveFigures(kept: RouteKept): Told {
  const ordered = sorted(kept.seenLatency);
  return {
    requests: { estimate: kept.seen },
    errorRate: kept.seen === 0 ? undefined : { estimate: kept.failedSeen / kept.seen },
    quantiles: (share) => {
      const estimate = quantile(ordered, share);
      return estimate === undefined ? undefined : { estimate };
    },
  };
}

function inMs(truth: number | undefined, told: Interval | undefined): Estimated {
  const inBuckets = told && {
    estimate: bucketMs(told.estimate),
    ...(told.low !== undefined && told.high !== undefined && { low: bucketMs(told.low), high: bucketMs(told.high) }),
  };
  return estimated(truth === undefined ? 0 : bucketMs(truth), inBuckets);
}

function estimated(truth: number, told: Interval | undefined): Estimated {
  return {
    truth: rounded(truth),
    ...(told !== undefined && { estimate: rounded(told.estimate) }),
    ...(told?.low !== undefined && { low: rounded(told.low) }),
    ...(told?.high !== undefined && { high: rounded(told.high) }),
  };
}

/** Six digits are more than any of these deserves, and keep the results file small. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

export function sumOfTruths(routes: Iterable<RouteTruth>): RouteTruth {
  const all: RouteTruth = { requests: 0, failed: 0, latency: new Map() };
  for (const route of routes) {
    all.requests += route.requests;
    all.failed += route.failed;
    for (const [bucket, count] of route.latency) add(all.latency, bucket, count);
  }
  return all;
}

export function sumOfKept(routes: Iterable<RouteKept>): RouteKept {
  const all = emptyRoute();
  for (const route of routes) {
    all.whole += route.whole;
    all.seen += route.seen;
    all.failedSeen += route.failedSeen;
    all.weight += route.weight;
    all.variance += route.variance;
    all.failedWeight += route.failedWeight;
    all.failedVariance += route.failedVariance;
    for (const key of ["wholeLatency", "seenLatency", "weightByLatency"] as const) {
      for (const [bucket, weight] of route[key]) add(all[key], bucket, weight);
    }
  }
  return all;
}
