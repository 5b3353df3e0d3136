import { commonRounds, ofCommon } from "../../estimate/rounds.ts";
import { decodeHistogram, mergeHistograms, quantile, type Histogram } from "../../estimate/statistics/histogram.ts";
import { MIN_ROUNDS } from "../../estimate/verdict.ts";
import type { Phase } from "../../plan/trial.ts";
import type { Chart, PercentileView } from "../report.ts";
import type { Run } from "../run.ts";

const STEPS_PER_DECADE = 12;
/** Percentiles that the table behind the chart shows. */
export const ASKED_FOR = [50, 75, 90, 95, 99, 99.9, 99.99];
/** Closed loop: there is no intended time, so response time is service time. */
const VIEWS = [
  { phase: "latency", time: "responseTime", label: "alone: response time" },
  { phase: "latency", time: "serviceTime", label: "alone: service time" },
  { phase: "capacity", time: "serviceTime", label: "at capacity" },
] as const;
/** Neighbours are mixed into the tail there: better than nothing, and nothing where there is better. */
const SIDE_BY_SIDE = [{ phase: "cost", time: "responseTime", label: "side by side, not solo: response time" }] as const;

/** The whole distribution of each variant, histograms merged over its rounds (see `ofCommon`), on the scale of HdrHistogram: x is 1 / (1 − p). */
export function percentilesChart(run: Run): Chart[] {
  const solo = VIEWS.flatMap(({ phase, time, label }) => view(run, phase, time, label));
  const views =
    solo.length > 0 ? solo : SIDE_BY_SIDE.flatMap(({ phase, time, label }) => view(run, phase, time, label));
  if (views.length === 0) return [];
  const about = `Each step to the right is ten times rarer, each step up twice as long. Response time counts from when a request was due, service time from when it was sent. Merged over the rounds that all variants have, or where these are fewer than ${MIN_ROUNDS}, over each one's own.`;
  return [{ kind: "percentiles", id: "percentiles", title: "Latency by percentile", about, views }];
}

function view(run: Run, phase: Phase, time: "responseTime" | "serviceTime", label: string): PercentileView[] {
  const measured = run.variants.map((variant) => {
    const histograms = run
      .finished(variant.name, phase)
      .filter(({ valid, load }) => valid && load !== undefined && load[time].histogram !== "")
      .map(({ trial, load }) => [trial.round, load![time].histogram] as const);
    return { label: variant.label, rounds: new Map(histograms) };
  });
  const shown = measured.filter(({ rounds }) => rounds.size > 0);
  const common = commonRounds(shown.map(({ rounds }) => rounds));
  const series = shown.flatMap(({ label, rounds }) => {
    const merged = mergeHistograms(ofCommon(rounds, common).map(decodeHistogram));
    return merged.total === 0 ? [] : [{ label, points: curve(merged) }];
  });
  return series.length === 0 ? [] : [{ label, series }];
}

/** [percentile, ms], evenly spaced on the scale, with those that people ask for, up to what the count of requests supports. */
function curve(histogram: Histogram): (readonly [number, number])[] {
  const steps = Math.floor(Math.log10(histogram.total) * STEPS_PER_DECADE);
  const spaced = Array.from({ length: steps + 1 }, (_, step) =>
    Number((100 - 100 * 10 ** (-step / STEPS_PER_DECADE)).toFixed(6)),
  );
  const rarest = spaced.at(-1)!;
  const percentiles = new Set([...spaced, ...ASKED_FOR.filter((percentile) => percentile <= rarest)]);
  return [...percentiles]
    .toSorted((a, b) => a - b)
    .map((percentile) => [percentile, quantile(histogram, percentile / 100) / 1000]);
}
