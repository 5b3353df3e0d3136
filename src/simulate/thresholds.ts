import { add, bucketMs, bucketOf, quantile, sorted } from "../fidelity/latency-buckets.ts";
import { assembleTraces } from "./assemble.ts";
import { Problems } from "./problems.ts";
import { readAll } from "./read/recorded-spans.ts";

/** Dense where few traces are slower. */
const QUANTILES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

/**
 * Thresholds for slow traces, in whole ms as a Collector takes them: quantiles of how long the recorded traces took,
 * ascending and distinct. Reads the files as `tally` does.
 */
export async function slowThresholdsMs(files: readonly string[], windowSpans: number): Promise<number[]> {
  const durations = new Map<number, number>();
  const problems = new Problems();
  for await (const traces of assembleTraces(readAll(files, problems), windowSpans, problems)) {
    for (const { spans } of traces) {
      let [startUs, endUs] = [Infinity, -Infinity];
      for (const span of spans) {
        startUs = Math.min(startUs, span.startUs);
        endUs = Math.max(endUs, span.startUs + span.durationUs);
      }
      add(durations, bucketOf(endUs - startUs), 1);
    }
  }
  const ordered = sorted(durations);
  // a Collector keeps what took longer than the threshold, so to keep the slowest 1 % may take the ms below
  const thresholds = QUANTILES.flatMap((share) => {
    const bucket = quantile(ordered, share);
    if (bucket === undefined) return [];
    const wholeMs = Math.floor(bucketMs(bucket));
    return share === 0.99 ? [Math.max(0, wholeMs - 1), wholeMs] : [wholeMs];
  });
  return [...new Set(thresholds)].toSorted((a, b) => a - b);
}
