import hdr from "hdr-histogram-js";
import type { Latency, Warning } from "../record/trial-record.ts";

const US_PER_S = 1e6;
const HIGHEST_US = 3.6e9;
/** The values of a bucket are taken as evenly spread, in so many steps: what Prometheus' `histogram_quantile` does. */
const STEPS = 20;
/** A bucket as wide as this share of its bound may hide a change that matters. */
const WIDE = 0.25;

/** Quantiles of buckets with upper bounds in seconds, and the reason if they have none. `counts` are cumulative. */
export function latencyOfBuckets(counts: ReadonlyMap<number, number>): { latency?: Latency; warnings: Warning[] } {
  const total = counts.get(Infinity) ?? [...counts.values()].at(-1) ?? 0;
  const finite = [...counts].filter(([bound]) => bound !== Infinity);
  const below = finite.at(-1)?.[1] ?? 0;
  if (total === 0 || below === 0) return { warnings: [invalid("latency-unknown", "no answer time was counted")] };
  if (below < 0.99 * total)
    return {
      warnings: [invalid("latency-beyond-buckets", `p99 lies beyond the last bucket, ${finite.at(-1)![0]} s`)],
    };
  const histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
  });
  let [low, before, p99Bucket] = [0, 0, [0, 0]];
  for (const [high, upTo] of [...finite, [finite.at(-1)![0], total] as const]) {
    const count = Math.round(upTo - before);
    for (let step = 0; step < STEPS; step++) {
      const share = Math.floor((count * (step + 1)) / STEPS) - Math.floor((count * step) / STEPS);
      const us = Math.round((low + ((high - low) * (step + 0.5)) / STEPS) * US_PER_S);
      if (share > 0) histogram.recordValueWithCount(Math.min(HIGHEST_US, Math.max(0, us)), share);
    }
    if (before < 0.99 * total && upTo >= 0.99 * total) p99Bucket = [low, high];
    [low, before] = [high, upTo];
  }
  const ms = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
  const latency = {
    p50: ms(50),
    p90: ms(90),
    p99: ms(99),
    max: ms(100),
    histogram: hdr.encodeIntoCompressedBase64(histogram),
  };
  const [from, to] = p99Bucket as [number, number];
  return { latency, warnings: (to - from) / to > WIDE ? [wide(from, to)] : [] };
}

function wide(from: number, to: number): Warning {
  return {
    code: "wide-bucket",
    message: `p99 lies in the bucket from ${plainMs(from)} to ${plainMs(to)} ms, taken as evenly filled: within it, a change may not be seen`,
    fix: "give the service's histogram finer buckets there, or use a native histogram",
  };
}

function plainMs(seconds: number): number {
  return Number((seconds * 1000).toPrecision(6));
}

function invalid(code: string, message: string): Warning {
  return { code, message, fix: "see the query latency of the plan and the buckets of the service", invalidates: true };
}
