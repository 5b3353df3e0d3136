import { add, bucketMs, bucketOf, quantile, sorted } from "../fidelity/latency-buckets.ts";
import { assembleTraces } from "./assemble.ts";
import { Problems } from "./problems.ts";
import { readAll } from "./read/recorded-spans.ts";
import { tookUs } from "./recorded-span.ts";

/** Shares of the traces that are slower: 1 to 0.001, twenty steps, each 0.7 of the one before. */
const SHARES_SLOWER = Array.from({ length: 21 }, (_, step) => 0.001 ** (step / 20));
/** What `--min-slow` asks for. */
const SLOWEST = 0.01;

/**
 * Thresholds for slow traces, in whole ms as a Collector takes them: quantiles of how long the recorded traces took,
 * ascending and distinct. Reads the files as `tally` does.
 */
export async function slowThresholdsMs(files: readonly string[], windowSpans: number): Promise<number[]> {
  const durations = new Map<number, number>();
  const problems = new Problems();
  for await (const traces of assembleTraces(readAll(files, problems), windowSpans, problems)) {
    for (const { spans } of traces) add(durations, bucketOf(tookUs(spans)), 1);
  }
  const ordered = sorted(durations);
  // a Collector keeps what took longer than the threshold, so to keep the slowest 1 % may take the ms below
  const thresholds = [...SHARES_SLOWER, SLOWEST].flatMap((share) => {
    const bucket = quantile(ordered, 1 - share);
    if (bucket === undefined) return [];
    const wholeMs = Math.floor(bucketMs(bucket));
    return share === SLOWEST ? [Math.max(0, wholeMs - 1), wholeMs] : [wholeMs];
  });
  return [...new Set(thresholds)].toSorted((a, b) => a - b);
}
