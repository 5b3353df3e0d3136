import type { Estimated, Figures } from "../record/fidelity.ts";
import type { Seen } from "./kept.ts";
import { bucketMs, quantile, sorted } from "./latency-buckets.ts";
import type { Truth } from "./truth.ts";
import { countOf, quantileOf, shareOf, sumsOf, type Interval } from "./weighted.ts";

/**
 * Figures of all requests: the true ones, and those computed from the kept traces.
 * With valid weights these are Horvitz–Thompson and Hájek estimates with 95 % intervals (weighted.ts). Without, the kept
 * traces stand for all, and no interval is claimed. The latency of a kept request is the one its sender saw, so that the
 * error is sampling's alone.
 */
export function figuresOf(truth: Truth, seen: Seen, weighted: boolean): Figures {
  const latency = sorted(truth.latency);
  const { requests, errorRate, quantileAt } = weighted ? weightedFigures(seen) : plainFigures(seen);
  const inMs = (share: number): Estimated => {
    const bucket = quantile(latency, share);
    return estimated(bucket === undefined ? 0 : bucketMs(bucket), quantileAt(share), bucketMs);
  };
  return {
    requests: estimated(truth.requests, requests),
    errorRate: estimated(truth.requests === 0 ? 0 : truth.failed / truth.requests, errorRate),
    p50Ms: inMs(0.5),
    p99Ms: inMs(0.99),
  };
}

interface FromKept {
  readonly requests: Interval | undefined;
  readonly errorRate: Interval | undefined;
  /** In buckets. */
  readonly quantileAt: (share: number) => Interval | undefined;
}

function weightedFigures(seen: Seen): FromKept {
  const all = sumsOf(seen.requests, seen.weight, seen.variance);
  const failed = sumsOf(seen.failed, seen.failedWeight, seen.failedVariance);
  const ordered = [...seen.weightByLatency]
    .map(([bucket, weight]) => [bucket, sumsOf(0, weight, 0n).weight] as const)
    .toSorted(([a], [b]) => a - b);
  return {
    requests: countOf(all),
    errorRate: shareOf(all, failed),
    quantileAt: (share) => quantileOf(ordered, share, all),
  };
}

function plainFigures(seen: Seen): FromKept {
  const ordered = sorted(seen.latency);
  return {
    requests: seen.requests === 0 ? undefined : { estimate: seen.requests },
    errorRate: seen.requests === 0 ? undefined : { estimate: seen.failed / seen.requests },
    quantileAt: (share) => {
      const estimate = quantile(ordered, share);
      return estimate === undefined ? undefined : { estimate };
    },
  };
}

function estimated(truth: number, from: Interval | undefined, convert = (value: number) => value): Estimated {
  const round = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : rounded(convert(value));
  const [estimate, low, high] = [round(from?.estimate), round(from?.low), round(from?.high)];
  return {
    truth: rounded(truth),
    ...(estimate !== undefined && { estimate }),
    ...(low !== undefined && { low }),
    ...(high !== undefined && { high }),
  };
}

/** Six digits, which keeps the results file small. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
