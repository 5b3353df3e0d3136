import { commonRounds, ofCommon } from "../../estimate/series.ts";
import { decodeHistogram, mergeHistograms, quantile, type Histogram } from "../../estimate/statistics/histogram.ts";
import { noFigures } from "../health.ts";
import type { Chart } from "../report.ts";
import { phaseSentence } from "../phase-sentence.ts";
import type { Run } from "../run.ts";

const STEPS_PER_DECADE = 12;
const PHASE = "latency";

/**
 * The whole distribution of each variant, histograms merged over its rounds, from the phase latency alone: in the others
 * requests wait for those of other variants. If that phase was run and has no figures, the reason and no curve.
 */
export function percentileChart(run: Run): Chart[] {
  const series = seriesOf(run);
  const trials = run.results.records.filter(({ trial }) => trial.phase === PHASE);
  const reasons = series.length > 0 ? [] : noFigures(trials, run.results);
  if (series.length + reasons.length === 0) return [];
  const reading = `${phaseSentence(run.results, PHASE)} Each step to the right is ten times rarer, each step up twice as long.`;
  return [
    {
      kind: "percentiles",
      id: "percentiles",
      title: "Latency by percentile",
      about: reasons.length > 0 ? reasons.join(" ") : reading,
      xAxis: "percentile of requests",
      yAxis: "ms",
      series,
    },
  ];
}

function seriesOf(run: Run): Chart["series"] {
  const measured = run.variants.map(({ id, label }) => {
    const histograms = run
      .usable(id, PHASE)
      .map(({ trial, load }) => [trial.round, load?.responseTime?.histogram ?? ""] as const)
      .filter(([, histogram]) => histogram !== "");
    return { variant: id, label, rounds: new Map(histograms) };
  });
  const common = commonRounds(measured.filter(({ rounds }) => rounds.size > 0).map(({ rounds }) => rounds));
  return measured.flatMap(({ rounds, ...named }) => {
    const merged = mergeHistograms(ofCommon(rounds, common).map(decodeHistogram));
    return merged.total === 0 ? [] : [{ ...named, points: curveOf(merged) }];
  });
}

/** ms over percentiles, evenly spaced on the scale of 1 / (1 − p), as far as the count of requests supports. */
function curveOf(histogram: Histogram): Chart["series"][number]["points"] {
  const steps = Math.floor(Math.log10(histogram.total) * STEPS_PER_DECADE);
  return Array.from({ length: steps + 1 }, (_, step) => {
    const x = Number((100 - 100 * 10 ** (-step / STEPS_PER_DECADE)).toFixed(6));
    return { x, y: quantile(histogram, x / 100) / 1000 };
  }).filter(({ y }) => y > 0);
}
