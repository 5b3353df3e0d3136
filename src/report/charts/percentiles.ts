import { commonRounds, ofCommon } from "../../estimate/rounds.ts";
import { decodeHistogram, mergeHistograms, quantile, type Histogram } from "../../estimate/statistics/histogram.ts";
import { PHASES, type Phase, type PhaseRow } from "../../spec/phases.ts";
import type { Chart } from "../report.ts";
import { phaseSentence } from "../phase-sentence.ts";
import type { Run } from "../run.ts";

const STEPS_PER_DECADE = 12;
/** Alone before side by side, where neighbours are mixed into the tail; open loop before closed. */
const SOURCES = PHASES.toSorted((a, b) => rankOf(a) - rankOf(b));

function rankOf({ layout, loop }: Pick<PhaseRow, "layout" | "loop">): number {
  return (layout === "alone" ? 0 : 2) + (loop === "open" ? 0 : 1);
}

/** The whole distribution of each variant, histograms merged over its rounds. */
export function percentileChart(run: Run): Chart[] {
  for (const { name, loop } of SOURCES) {
    const series = seriesOf(run, name, loop === "open" ? "responseTime" : "serviceTime");
    if (series.length > 0)
      return [
        {
          kind: "percentiles",
          id: "percentiles",
          title: "Latency by percentile",
          about: `${phaseSentence(run.results, name)} Each step to the right is ten times rarer, each step up twice as long.`,
          xAxis: "percentile of requests",
          yAxis: "ms",
          series,
        },
      ];
  }
  return [];
}

function seriesOf(run: Run, phase: Phase, time: "responseTime" | "serviceTime"): Chart["series"] {
  const measured = run.variants.map(({ id, label }) => {
    const histograms = run
      .usable(id, phase)
      .map(({ trial, load }) => [trial.round, load?.[time]?.histogram ?? ""] as const)
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
