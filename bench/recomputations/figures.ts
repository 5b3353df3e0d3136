/**
 * Spantoll's own figures for the recomputations beside it: `node figures.ts queue|rate|p99`, a question as JSON on stdin,
 * the answer as JSON on stdout.
 */
import { text } from "node:stream/consumers";
import { longestOutage, longestWait } from "../../src/estimate/advise/queue.ts";
import { advise } from "../../src/estimate/advise/sweep.fixture.ts";
import { quantileChange } from "../../src/estimate/statistics/quantile-change.ts";
import { mergeHistograms } from "../../src/estimate/statistics/histogram.ts";
import { interval } from "../../src/estimate/statistics/student.ts";
import { effectiveEpisodes } from "../../src/fidelity/slow-episodes.ts";

interface Outages {
  readonly requestsPerSecond: number;
  readonly outagesMs: readonly number[];
  readonly timeoutMs: number;
}

interface Limit {
  readonly sampler: string;
  readonly requestsPerSecond: number;
  readonly instances: number;
  /** Share of the traces that the measurement kept. */
  readonly measured: number;
}

interface Window {
  readonly dueUs: readonly number[];
  readonly responseUs: readonly number[];
}

const ANSWERS = {
  queue({ requestsPerSecond, outagesMs, timeoutMs }: Outages) {
    const traffic = { requestsPerSecond, instances: 1 };
    const outages = outagesMs.map((outageMs) => {
      const { outage, advised } = advise({ queue: { outageMs }, traffic }).queue!;
      return { waitMs: longestWait(outageMs, timeoutMs), outage, queue: advised.queue };
    });
    return { longestMs: longestOutage(timeoutMs), outages };
  },
  rate({ sampler, requestsPerSecond, instances, measured }: Limit) {
    const sweep = { [sampler]: { cpu: 1.1, failed: measured } };
    const { chosen } = advise({ traffic: { requestsPerSecond, instances } }, sweep);
    const { candidate, projection } = chosen!;
    return { spansPerMonth: projection?.spansPerMonth?.center, failedKept: candidate.figures.failedKept?.center };
  },
  p99({ own, baseline }: { readonly own: readonly Window[]; readonly baseline: readonly Window[] }) {
    const [left, right] = [own, baseline].map((windows) => windows.map(roundOf));
    const change = quantileChange(left!, right!, 0.99, Math.log);
    return { ...change, ...interval(change, 0.95) };
  },
};

function roundOf({ dueUs, responseUs }: Window) {
  const values = Float64Array.from(responseUs).toSorted();
  const window = { intendedUs: Float64Array.from(dueUs), responseTimeUs: Float64Array.from(responseUs) };
  const histogram = mergeHistograms([{ values, counts: values.map(() => 1), total: values.length }]);
  return { histogram, episodes: effectiveEpisodes(window) };
}

const answer = ANSWERS[process.argv[2] as keyof typeof ANSWERS] as (question: unknown) => unknown;
process.stdout.write(JSON.stringify(answer(JSON.parse(await text(process.stdin)))));
